"""What may be kept of a picture: redacted stills and video."""
