"""SQLite and the files made from it."""
