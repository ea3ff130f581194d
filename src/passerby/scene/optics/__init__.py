"""Camera health: whether the picture of a camera can be trusted, from one small sample per second."""
