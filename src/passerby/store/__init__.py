"""The SQLite database and the files derived from it."""
