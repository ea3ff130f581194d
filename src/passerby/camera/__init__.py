"""One camera: the step from a frame to its result, and the loop that feeds and empties it."""
