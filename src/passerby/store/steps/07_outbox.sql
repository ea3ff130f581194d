-- The cursor of each destination of events, and events that it refused.

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
