"""Data from and to the outside: departures, events, counts. No pixels, no people."""
