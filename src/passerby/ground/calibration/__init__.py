"""From points, lengths, a mounting or walking people to the plane, with its error."""
