"""Evidence: redacted stills and video."""
