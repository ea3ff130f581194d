"""The shared language: frozen facts without pixels. Imports nothing of ours."""
