"""passerby: video safety analytics for metro stations that cannot identify the people they watch."""

__version__ = "0.1.0"
