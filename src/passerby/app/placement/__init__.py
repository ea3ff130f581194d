"""Cameras in other processes, here or in a cluster: whole cameras move, and only values come back."""
