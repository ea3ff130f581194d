"""Pixels in, values out: the empty place and what differs from it, trains, still objects."""
