"""How much of a zone a detector can see people in."""
