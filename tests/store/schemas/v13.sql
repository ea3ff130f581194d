-- Schema 4 as released, with a row in each table. Never edited.
BEGIN;
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
, resolved REAL CHECK (resolved BETWEEN 0 AND 1), level TEXT, trend_per_m2_min REAL, is_lower_bound INTEGER NOT NULL DEFAULT 0 CHECK (is_lower_bound IN (0, 1))) STRICT;
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
CREATE TABLE "camera_health" (
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
CREATE INDEX camera_health_utc ON camera_health (camera, utc_ms);
CREATE INDEX camera_health_s ON camera_health (camera, from_s);
CREATE TABLE file_mark (
    file TEXT PRIMARY KEY,
    row INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
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
CREATE TABLE "evidence_file" (
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
CREATE TABLE account (
    name TEXT PRIMARY KEY CHECK (name != ''),
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'engineer', 'privacy_officer', 'admin')),
    password TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE login_session (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    name TEXT NOT NULL,
    csrf TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE "alarm_act" (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    alarm TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN (
        'acknowledged', 'useful', 'not_useful', 'resolved', 'reopened', 'handed_over', 'shelved', 'unshelved',
        'escalated')),
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    note TEXT NOT NULL,
    until_ms INTEGER CHECK (until_ms IS NULL OR act = 'shelved')
) STRICT;
CREATE INDEX alarm_act_alarm ON alarm_act (alarm);
CREATE TABLE api_token (
    name TEXT PRIMARY KEY CHECK (name != ''),
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    scopes TEXT NOT NULL CHECK (json_type(scopes) = 'array'),
    made_ms INTEGER NOT NULL,
    used_ms INTEGER
) STRICT;
CREATE TABLE outbox (
    destination TEXT PRIMARY KEY CHECK (destination != ''),
    row INTEGER NOT NULL,
    since_ms INTEGER,
    error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE outbox_aside (
    destination TEXT NOT NULL,
    event_row INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1)),
    PRIMARY KEY (destination, event_row)
) STRICT;
CREATE TABLE place_version (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    places TEXT NOT NULL CHECK (json_type(places) = 'object')
) STRICT;
CREATE INDEX place_version_camera ON place_version (camera);
CREATE INDEX event_kind ON event (kind);
CREATE INDEX camera_health_camera ON camera_health (camera);
CREATE INDEX zone_sample_camera ON zone_sample (camera);
CREATE TABLE escalation (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    alarm TEXT NOT NULL,
    recipient TEXT NOT NULL CHECK (recipient != ''),
    message TEXT NOT NULL CHECK (json_type(message) = 'object'),
    made_ms INTEGER NOT NULL,
    sent_ms INTEGER,
    given_up_ms INTEGER,
    error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX escalation_alarm ON escalation (alarm);
CREATE INDEX escalation_waiting ON escalation (row) WHERE sent_ms IS NULL AND given_up_ms IS NULL;
CREATE TABLE staff_scope (
    name TEXT PRIMARY KEY CHECK (name != ''),
    organisation TEXT NOT NULL
        CHECK (organisation IN ('station_staff', 'traffic_centre', 'emergency_services', 'privacy_office')),
    stations TEXT NOT NULL CHECK (json_type(stations) = 'array')
) STRICT;
CREATE TABLE incident_grant (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL CHECK (name != ''),
    alarm TEXT NOT NULL CHECK (alarm != ''),
    reason TEXT NOT NULL CHECK (reason != ''),
    actor TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX incident_grant_name ON incident_grant (name, until_ms);
INSERT INTO event VALUES (1, 'e1', 0, 'fast_movement', 'start', 'platform-1', 'platform', 11.5, 12.5, 1772351112500, 1,
    'warning', '[{"name": "speed", "value": 2.9, "unit": "m/s", "sd": 0.2}]', NULL, 1);
INSERT INTO event VALUES (2, 'e1', 1, 'fast_movement', 'end', 'platform-1', 'platform', 11.5, 20.25, 1772351120250, 1,
    'warning', '[]', '{"still": "stills/e1.jpg", "sha256": "ab", "redaction": "solid"}', 1);
INSERT INTO zone_sample VALUES (1, 'platform-1', 'platform', 60.0, NULL, 60.0, 3.25, 7, NULL, 5, 4, 0.98, NULL, NULL, NULL, 0);
INSERT INTO line_sample VALUES (1, 'platform-1', 'stairs', 60.0, NULL, 60.0, 12, 3, 1.0);
INSERT INTO camera_health VALUES (1, 'platform-1', 60.0, NULL, 60.0, 'blind', 9.8, 2, 0, 41.5, NULL, 'camera_dark', 0.97, 12.5,
    'Picture is too dark');
INSERT INTO file_mark VALUES ('events.jsonl', 2, 600);
INSERT INTO audit VALUES (0, '{"n": 0}', x'6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
INSERT INTO evidence_file VALUES (1, 'stills/e1.jpg', 'e1', 'platform-1', 'still', 'ab', 1000, 0.0, 1772351112500, 1772351113000,
    NULL, NULL);
INSERT INTO evidence_file VALUES (2, 'cameras/platform-1/redacted-20260301.mp4', '', 'platform-1', 'video', '', 0, 0.0, 1772351112500,
    1772351113000, NULL, NULL);
INSERT INTO evidence_lock VALUES ('e1', 'claim 17', 1772955912500, 'alice', 1772351113000);
INSERT INTO ledger (camera, day, frames_in) VALUES ('platform-1', '2026-03-01', 480);
INSERT INTO alarm VALUES (1, 'e1', 0, 'fast_movement', 'start', 'platform-1', 'platform', 'warning', 12.5, 1772351112500, 1, 1);
INSERT INTO flow_sample VALUES (1, 'platform-1', 'stairs', 'in', 60.0, NULL, 900.0, 41, 39.2, 44.0, 120, 1.0);
INSERT INTO occupancy_sample VALUES (1, 'platform-1', 'hall', 60.0, NULL, 60.0, 9, NULL, NULL, -1, 'empty', 1.0);
INSERT INTO account VALUES ('anna', 'operator', '$argon2id$', 1772351112500, 1772351112500);
INSERT INTO login_session VALUES (zeroblob(32), 'anna', 'token', 1772351112500, 1772351112500);
INSERT INTO alarm_act VALUES (1, 'e1', 'acknowledged', 'anna (console)', 1772351113000, '', NULL);
INSERT INTO api_token VALUES ('grafana', zeroblob(32), '["metrics"]', 1772351112500, NULL);
INSERT INTO outbox VALUES ('vms', 1, 1772351113000, 'answered 503');
INSERT INTO outbox_aside VALUES ('vms', 1, 'answered 422', 1772351113000, 0);
INSERT INTO escalation VALUES (1, 'e1', 'duty manager', '{}', 1772351113000, 1772351114000, NULL, '');
INSERT INTO place_version VALUES (1, 'platform-1', 'unit', 1772351113000, '{"zones": []}');
INSERT INTO staff_scope VALUES ('anna', 'station_staff', '["Riverside"]');
INSERT INTO incident_grant VALUES (1, 'brigade', 'e1', 'smoke', 'anna (console)', 1772351113000, 1772354713000);
PRAGMA application_id = 1886610041;
PRAGMA user_version = 13;
COMMIT;
