-- Acts have the end of shelving as a time, which was in the words of the note only, and shelving can be ended by an act.
-- A CHECK cannot be changed, so the rows move to a new table; the next row keeps its number, because readers remember
-- the last number that they have read.

CREATE TABLE alarm_act_next (
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

INSERT INTO alarm_act_next (row, alarm, act, actor, at_ms, note, until_ms)
SELECT row, alarm, act, actor, at_ms, note, CASE
    WHEN act = 'shelved' AND note LIKE 'until ____-__-__T__:__:__.___Z: %'
    THEN CAST(round((julianday(substr(note, 7, 24)) - 2440587.5) * 86400000) AS INTEGER)
    END
FROM alarm_act;

DELETE FROM sqlite_sequence WHERE name = 'alarm_act_next';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'alarm_act_next', seq FROM sqlite_sequence WHERE name = 'alarm_act';

DROP TABLE alarm_act;

ALTER TABLE alarm_act_next RENAME TO alarm_act;

CREATE INDEX alarm_act_alarm ON alarm_act (alarm);
