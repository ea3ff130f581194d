-- A page that is open asks for the newest sample of each camera and for open incidents of the state kinds. Without these,
-- SQLite sorts all samples of the camera and reads all events: 0.4 s and 0.2 s after three months.

CREATE INDEX event_kind ON event (kind);

CREATE INDEX camera_health_camera ON camera_health (camera);

CREATE INDEX zone_sample_camera ON zone_sample (camera);
