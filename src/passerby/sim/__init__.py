"""The simulated station: scenarios, renderer, exact truth."""
