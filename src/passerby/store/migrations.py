"""The database's tables, as numbered steps. A released step is never edited: add the next one.

`user_version` counts the applied steps of a file; `application_id` identifies the files of passerby.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from passerby.contracts.errors import StoreError

APPLICATION_ID = 0x70736279  # "psby"

Step = tuple[str, ...]

_EVENT = """
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
) STRICT"""

_ZONE_SAMPLE = """
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
) STRICT"""

_LINE_SAMPLE = """
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
) STRICT"""

_CAMERA_HEALTH = """
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
) STRICT"""

# The part of a results file that agrees with its table, so that a start need not compare it from its first byte.
_FILE_MARK = """
CREATE TABLE file_mark (
    file TEXT PRIMARY KEY,
    row INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT"""

_ALARM = """
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
) STRICT"""

# The log itself; the head is stored with it, so that a removed end is detected.
_AUDIT = """
CREATE TABLE audit (
    number INTEGER PRIMARY KEY CHECK (number >= 0),
    entry TEXT NOT NULL,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32)
) STRICT"""

_AUDIT_HEAD = """
CREATE TABLE audit_head (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 0),
    size INTEGER NOT NULL CHECK (size >= 0),
    peaks BLOB NOT NULL
) STRICT"""

_EVIDENCE_FILE = """
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
) STRICT"""

_EVIDENCE_LOCK = """
CREATE TABLE evidence_lock (
    event TEXT PRIMARY KEY,
    reason TEXT NOT NULL CHECK (reason != ''),
    until_ms INTEGER NOT NULL,
    locked_by TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT"""

_LEDGER = """
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
) STRICT"""
# Counting: reliability of a zone's figures, quarter-hour flows, and places counted in and out.
_COUNTING: Step = (
    "ALTER TABLE zone_sample ADD COLUMN resolved REAL CHECK (resolved BETWEEN 0 AND 1)",
    "ALTER TABLE zone_sample ADD COLUMN level TEXT",
    "ALTER TABLE zone_sample ADD COLUMN trend_per_m2_min REAL",
    "ALTER TABLE zone_sample ADD COLUMN is_lower_bound INTEGER NOT NULL DEFAULT 0"
    " CHECK (is_lower_bound IN (0, 1))",
    """
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
) STRICT""",
    "CREATE INDEX flow_sample_utc ON flow_sample (camera, line, utc_ms)",
    "CREATE INDEX flow_sample_s ON flow_sample (camera, line, from_s)",
    """
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
) STRICT""",
    "CREATE INDEX occupancy_sample_utc ON occupancy_sample (place, utc_ms)",
    "CREATE INDEX occupancy_sample_s ON occupancy_sample (place, from_s)",
)

# The console: accounts, their sessions, and the acts of staff on alarms. The newest act of each kind counts.
_CONSOLE: Step = (
    """
CREATE TABLE account (
    name TEXT PRIMARY KEY CHECK (name != ''),
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'engineer', 'privacy_officer', 'admin')),
    password TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT""",
    """
CREATE TABLE login_session (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    name TEXT NOT NULL,
    csrf TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL
) STRICT""",
    """
CREATE TABLE alarm_act (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    alarm TEXT NOT NULL,
    act TEXT NOT NULL
        CHECK (act IN ('acknowledged', 'useful', 'not_useful', 'resolved', 'reopened', 'handed_over', 'shelved')),
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT""",
    "CREATE INDEX alarm_act_alarm ON alarm_act (alarm)",
)

_OUTBOX: Step = (
    """
CREATE TABLE outbox (
    destination TEXT PRIMARY KEY CHECK (destination != ''),
    row INTEGER NOT NULL,
    since_ms INTEGER,
    error TEXT NOT NULL DEFAULT ''
) STRICT""",
    """
CREATE TABLE outbox_aside (
    destination TEXT NOT NULL,
    event_row INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1)),
    PRIMARY KEY (destination, event_row)
) STRICT""",
)

# Every file with pictures has a row, also videos and reports. SQLite cannot change the CHECK of a column.
_PICTURE_FILES: Step = (
    _EVIDENCE_FILE.replace("evidence_file", "picture_file").replace(
        "'still', 'clip'", "'still', 'clip', 'video', 'report'"
    ),
    "INSERT INTO picture_file SELECT * FROM evidence_file",
    "DROP TABLE evidence_file",
    "ALTER TABLE picture_file RENAME TO evidence_file",
    "CREATE INDEX evidence_file_event ON evidence_file (event)",
)

# Tokens of programs that use the interface of the console.
_TOKENS: Step = (
    """
CREATE TABLE api_token (
    name TEXT PRIMARY KEY CHECK (name != ''),
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    scopes TEXT NOT NULL CHECK (json_type(scopes) = 'array'),
    made_ms INTEGER NOT NULL,
    used_ms INTEGER
) STRICT""",
)

# Versions of each camera's zones and lines, as the console saved them.
_PLACES: Step = (
    """
CREATE TABLE place_version (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    places TEXT NOT NULL CHECK (json_type(places) = 'object')
) STRICT""",
    "CREATE INDEX place_version_camera ON place_version (camera)",
)

# A page that is open asks for the newest sample of each camera and for open incidents of the state kinds. Without
# these, SQLite sorts all samples of the camera and reads all events: 0.4 s and 0.2 s after three months.
_NEWEST: Step = (
    "CREATE INDEX event_kind ON event (kind)",
    "CREATE INDEX camera_health_camera ON camera_health (camera)",
    "CREATE INDEX zone_sample_camera ON zone_sample (camera)",
)

STEPS: tuple[Step, ...] = (
    (
        _EVENT,
        "CREATE INDEX event_utc ON event (utc_ms)",
        "CREATE INDEX event_camera ON event (camera, at_s)",
        _ZONE_SAMPLE,
        "CREATE INDEX zone_sample_utc ON zone_sample (camera, zone, utc_ms)",
        "CREATE INDEX zone_sample_s ON zone_sample (camera, zone, from_s)",
        _LINE_SAMPLE,
        "CREATE INDEX line_sample_utc ON line_sample (camera, line, utc_ms)",
        "CREATE INDEX line_sample_s ON line_sample (camera, line, from_s)",
        _CAMERA_HEALTH,
        "CREATE INDEX camera_health_utc ON camera_health (camera, utc_ms)",
        "CREATE INDEX camera_health_s ON camera_health (camera, from_s)",
        _FILE_MARK,
    ),
    (
        _ALARM,
        _AUDIT,
        _AUDIT_HEAD,
        _EVIDENCE_FILE,
        "CREATE INDEX evidence_file_event ON evidence_file (event)",
        _EVIDENCE_LOCK,
        _LEDGER,
        *_COUNTING,
    ),
    _CONSOLE,
    _PICTURE_FILES,
    _TOKENS,
    (
        "ALTER TABLE camera_health ADD COLUMN faults TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE camera_health ADD COLUMN sharpness REAL",
        "ALTER TABLE camera_health ADD COLUMN brightness REAL",
    ),
    _OUTBOX,
    _PLACES,
    _NEWEST,
)


def version_of(connection: sqlite3.Connection, path: Path, steps: Sequence[Step] = STEPS) -> int:
    """Return the schema version of the file at `path`, 0 for an empty one.

    Raises StoreError if it belongs to another program or to a newer version.
    """
    version = _pragma(connection, "user_version")
    if _pragma(connection, "application_id") != APPLICATION_ID:
        if version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise StoreError(f"{path} is another program's database; move it away or give another folder")
        return 0
    if version > len(steps):
        raise StoreError(
            f"{path} has schema {version}, this version knows {len(steps)}; install the version that wrote it"
        )
    return version


def migrate(connection: sqlite3.Connection, path: Path, steps: Sequence[Step] = STEPS) -> None:
    """Upgrade the file to the newest schema in one transaction.

    Raises StoreError as `version_of`, and sqlite3.Error if a step fails; the file is then unchanged.
    """
    if version_of(connection, path, steps) == len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in steps[_pragma(connection, "user_version") :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
