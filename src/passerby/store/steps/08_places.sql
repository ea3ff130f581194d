-- Versions of each camera's zones and lines, as the console saved them.

CREATE TABLE place_version (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    places TEXT NOT NULL CHECK (json_type(places) = 'object')
) STRICT;

CREATE INDEX place_version_camera ON place_version (camera);
