"""Calibration: a plane with its error from points, lengths, a mounting or walking people."""
