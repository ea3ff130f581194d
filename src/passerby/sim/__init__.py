"""The simulated station: scenarios, renderer, exact ground truth."""
