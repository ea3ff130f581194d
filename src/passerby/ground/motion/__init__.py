"""Positions and velocities on the floor, with their errors."""
