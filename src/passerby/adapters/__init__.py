"""What the outside world tells: departures from a timetable or by message. No pixels, no people."""
