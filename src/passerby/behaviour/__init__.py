"""Arithmetic on metres and seconds: step(GroundTracks) -> hits."""
