"""Desired configuration: signed by the centre, pulled by units, and limited to a list of keys."""
