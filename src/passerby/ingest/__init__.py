"""From a file or a camera to frames with their own time."""
