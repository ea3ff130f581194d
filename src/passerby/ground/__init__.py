"""From the picture to the floor: homography, zones, lines, velocity in metres."""
