-- Alarms, the audit log, records of evidence files, the ledger, and counting: reliability of a zone's figures,
-- quarter-hour flows, places counted in and out. audit_head: stored with the log, so that a removed end is detected.

CREATE TABLE alarm (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq >= 0),
    kind TEXT NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('start', 'update', 'end')),
    camera TEXT NOT NULL,
    place TEXT NOT NULL,
    priority TEXT NOT NULL CHECK (priority IN ('warning', 'alarm')),
    at_s REAL NOT NULL,
    utc_ms INTEGER,
    incidents INTEGER NOT NULL CHECK (incidents > 0),
    people INTEGER NOT NULL CHECK (people >= 0),
    UNIQUE (id, seq)
) STRICT;

CREATE TABLE audit (
    number INTEGER PRIMARY KEY CHECK (number >= 0),
    entry TEXT NOT NULL,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32)
) STRICT;

CREATE TABLE audit_head (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 0),
    size INTEGER NOT NULL CHECK (size >= 0),
    peaks BLOB NOT NULL
) STRICT;

CREATE TABLE evidence_file (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    camera TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('still', 'clip')),
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    seconds REAL NOT NULL CHECK (seconds >= 0),
    utc_ms INTEGER,
    made_ms INTEGER NOT NULL,
    gone_ms INTEGER,
    gone_why TEXT
) STRICT;

CREATE INDEX evidence_file_event ON evidence_file (event);

CREATE TABLE evidence_lock (
    event TEXT PRIMARY KEY,
    reason TEXT NOT NULL CHECK (reason != ''),
    until_ms INTEGER NOT NULL,
    locked_by TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger (
    camera TEXT NOT NULL,
    day TEXT NOT NULL,
    frames_in INTEGER NOT NULL DEFAULT 0,
    frames_out INTEGER NOT NULL DEFAULT 0,
    pixels_out INTEGER NOT NULL DEFAULT 0,
    pixels_covered INTEGER NOT NULL DEFAULT 0,
    video_frames INTEGER NOT NULL DEFAULT 0,
    stills INTEGER NOT NULL DEFAULT 0,
    clips INTEGER NOT NULL DEFAULT 0,
    bytes_written INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    files_deleted INTEGER NOT NULL DEFAULT 0,
    bytes_deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (camera, day)
) STRICT;

ALTER TABLE zone_sample ADD COLUMN resolved REAL CHECK (resolved BETWEEN 0 AND 1);

ALTER TABLE zone_sample ADD COLUMN level TEXT;

ALTER TABLE zone_sample ADD COLUMN trend_per_m2_min REAL;

ALTER TABLE zone_sample ADD COLUMN is_lower_bound INTEGER NOT NULL DEFAULT 0 CHECK (is_lower_bound IN (0, 1));

CREATE TABLE flow_sample (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    line TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    from_s REAL NOT NULL,
    utc_ms INTEGER,
    window_s REAL NOT NULL CHECK (window_s > 0),
    people INTEGER NOT NULL CHECK (people >= 0),
    low REAL CHECK (low >= 0),
    high REAL CHECK (high >= low),
    error_people INTEGER CHECK (error_people > 0),
    coverage REAL NOT NULL CHECK (coverage BETWEEN 0 AND 1)
) STRICT;

CREATE INDEX flow_sample_utc ON flow_sample (camera, line, utc_ms);

CREATE INDEX flow_sample_s ON flow_sample (camera, line, from_s);

CREATE TABLE occupancy_sample (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    place TEXT NOT NULL,
    from_s REAL NOT NULL,
    utc_ms INTEGER,
    window_s REAL NOT NULL CHECK (window_s > 0),
    people INTEGER NOT NULL CHECK (people >= 0),
    low REAL CHECK (low >= 0),
    high REAL CHECK (high >= low),
    drift INTEGER NOT NULL,
    reset TEXT CHECK (reset IN ('empty', 'closed', 'negative')),
    coverage REAL NOT NULL CHECK (coverage BETWEEN 0 AND 1)
) STRICT;

CREATE INDEX occupancy_sample_utc ON occupancy_sample (place, utc_ms);

CREATE INDEX occupancy_sample_s ON occupancy_sample (place, from_s);
