-- Events, counts and the health of cameras. file_mark: the part of a results file that agrees with its table, so that a
-- start need not compare it from its first byte.

CREATE TABLE event (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq >= 0),
    kind TEXT NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('start', 'update', 'end')),
    camera TEXT NOT NULL,
    place TEXT NOT NULL,
    began_s REAL NOT NULL,
    at_s REAL NOT NULL,
    utc_ms INTEGER,
    people INTEGER NOT NULL CHECK (people >= 0),
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'alarm')),
    measures TEXT NOT NULL CHECK (json_type(measures) = 'array'),
    evidence TEXT CHECK (json_type(evidence) = 'object'),
    schema INTEGER NOT NULL,
    UNIQUE (id, seq)
) STRICT;

CREATE INDEX event_utc ON event (utc_ms);

CREATE INDEX event_camera ON event (camera, at_s);

CREATE TABLE zone_sample (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    zone TEXT NOT NULL,
    from_s REAL NOT NULL,
    utc_ms INTEGER,
    window_s REAL NOT NULL CHECK (window_s > 0),
    count_mean REAL NOT NULL CHECK (count_mean >= 0),
    count_max INTEGER NOT NULL CHECK (count_max >= 0),
    density_per_m2 REAL CHECK (density_per_m2 >= 0),
    entries INTEGER NOT NULL CHECK (entries >= 0),
    exits INTEGER NOT NULL CHECK (exits >= 0),
    coverage REAL NOT NULL CHECK (coverage BETWEEN 0 AND 1)
) STRICT;

CREATE INDEX zone_sample_utc ON zone_sample (camera, zone, utc_ms);

CREATE INDEX zone_sample_s ON zone_sample (camera, zone, from_s);

CREATE TABLE line_sample (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    line TEXT NOT NULL,
    from_s REAL NOT NULL,
    utc_ms INTEGER,
    window_s REAL NOT NULL CHECK (window_s > 0),
    "in" INTEGER NOT NULL CHECK ("in" >= 0),
    out INTEGER NOT NULL CHECK (out >= 0),
    coverage REAL NOT NULL CHECK (coverage BETWEEN 0 AND 1)
) STRICT;

CREATE INDEX line_sample_utc ON line_sample (camera, line, utc_ms);

CREATE INDEX line_sample_s ON line_sample (camera, line, from_s);

CREATE TABLE camera_health (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    from_s REAL NOT NULL,
    utc_ms INTEGER,
    window_s REAL NOT NULL CHECK (window_s > 0),
    state TEXT NOT NULL CHECK (state IN ('live', 'down')),
    fps REAL NOT NULL CHECK (fps >= 0),
    dropped INTEGER NOT NULL CHECK (dropped >= 0),
    decode_errors INTEGER NOT NULL CHECK (decode_errors >= 0),
    p95_ms REAL,
    utc_err_ms REAL
) STRICT;

CREATE INDEX camera_health_utc ON camera_health (camera, utc_ms);

CREATE INDEX camera_health_s ON camera_health (camera, from_s);

CREATE TABLE file_mark (
    file TEXT PRIMARY KEY,
    row INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
