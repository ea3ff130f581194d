-- The console: accounts, their sessions, and the acts of staff on alarms. The newest act of each kind counts.

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

CREATE TABLE alarm_act (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    alarm TEXT NOT NULL,
    act TEXT NOT NULL
        CHECK (act IN ('acknowledged', 'useful', 'not_useful', 'resolved', 'reopened', 'handed_over', 'shelved')),
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;

CREATE INDEX alarm_act_alarm ON alarm_act (alarm);
