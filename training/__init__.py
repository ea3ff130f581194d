"""Makes the embedded person detector: data, network, training, export, card. Not shipped in the wheel."""
