-- Every state of a camera, with its reason. A CHECK cannot be changed, so the rows move to a new table; the next row
-- keeps its number, because readers remember the last number that they have read.

CREATE TABLE camera_health_next (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    from_s REAL NOT NULL,
    utc_ms INTEGER,
    window_s REAL NOT NULL CHECK (window_s > 0),
    state TEXT NOT NULL CHECK (state IN ('connecting', 'live', 'stale', 'down', 'blind')),
    fps REAL NOT NULL CHECK (fps >= 0),
    dropped INTEGER NOT NULL CHECK (dropped >= 0),
    decode_errors INTEGER NOT NULL CHECK (decode_errors >= 0),
    p95_ms REAL,
    utc_err_ms REAL,
    faults TEXT NOT NULL DEFAULT '',
    sharpness REAL,
    brightness REAL,
    why TEXT NOT NULL DEFAULT ''
) STRICT;

INSERT INTO camera_health_next (row, camera, from_s, utc_ms, window_s, state, fps, dropped, decode_errors, p95_ms,
    utc_err_ms, faults, sharpness, brightness)
SELECT row, camera, from_s, utc_ms, window_s, state, fps, dropped, decode_errors, p95_ms, utc_err_ms, faults,
    sharpness, brightness
FROM camera_health;

DELETE FROM sqlite_sequence WHERE name = 'camera_health_next';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'camera_health_next', seq FROM sqlite_sequence WHERE name = 'camera_health';

DROP TABLE camera_health;

ALTER TABLE camera_health_next RENAME TO camera_health;

CREATE INDEX camera_health_utc ON camera_health (camera, utc_ms);

CREATE INDEX camera_health_s ON camera_health (camera, from_s);

CREATE INDEX camera_health_camera ON camera_health (camera);
