-- Faults, sharpness and brightness of cameras.

ALTER TABLE camera_health ADD COLUMN faults TEXT NOT NULL DEFAULT '';

ALTER TABLE camera_health ADD COLUMN sharpness REAL;

ALTER TABLE camera_health ADD COLUMN brightness REAL;
