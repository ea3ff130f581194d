-- Every file with pictures has a row, also videos and reports. SQLite cannot change the CHECK of a column.

CREATE TABLE picture_file (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    camera TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('still', 'clip', 'video', 'report')),
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    seconds REAL NOT NULL CHECK (seconds >= 0),
    utc_ms INTEGER,
    made_ms INTEGER NOT NULL,
    gone_ms INTEGER,
    gone_why TEXT
) STRICT;

INSERT INTO picture_file SELECT * FROM evidence_file;

DROP TABLE evidence_file;

ALTER TABLE picture_file RENAME TO evidence_file;

CREATE INDEX evidence_file_event ON evidence_file (event);
