"""Files on the disk that are whole or absent. Knows nothing of what is in them."""
