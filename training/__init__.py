"""How the embedded person detector is made: data, network, training, export, card. Not shipped in the wheel."""
