-- Escalations: their queue, and the act. A check cannot be changed, so the table of acts is written anew.
ALTER TABLE alarm_act RENAME TO alarm_act_before;
CREATE TABLE alarm_act (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    alarm TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN (
        'acknowledged', 'useful', 'not_useful', 'resolved', 'reopened', 'handed_over', 'shelved', 'escalated')),
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;
INSERT INTO alarm_act SELECT row, alarm, act, actor, at_ms, note FROM alarm_act_before;
DROP TABLE alarm_act_before;
CREATE INDEX alarm_act_alarm ON alarm_act (alarm);
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
