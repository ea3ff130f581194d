"""The loop of one camera, and a thread for each."""
