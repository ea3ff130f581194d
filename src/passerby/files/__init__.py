"""Files on the disk that are complete or absent. This package does not know their contents."""
