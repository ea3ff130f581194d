"""Cameras on the machines of a cluster: whole cameras move, and only values come back."""
