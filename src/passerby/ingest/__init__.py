"""Reads files and cameras into frames with their own time."""
