"""The visible part of a zone."""
