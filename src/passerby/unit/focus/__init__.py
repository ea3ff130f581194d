"""Autofocus: a closed loop from the sharpness of the background to the motor of a lens."""
