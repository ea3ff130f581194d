"""Data from outside: departures from a timetable or by message. No pixels, no people."""
