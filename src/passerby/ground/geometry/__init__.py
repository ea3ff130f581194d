"""The plane of the floor, the camera above it, and places on it."""
