"""The web application for staff. It reads the store and the live view, never the pipeline."""
