"""Pixels in, values out: background and foreground, trains, still objects."""
