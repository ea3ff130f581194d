-- A control room: where each account works, and the incidents that were opened to emergency services for a time.

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
