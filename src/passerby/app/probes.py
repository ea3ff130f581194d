"""What a check of a configuration may ask the rest of the program."""

from __future__ import annotations

from passerby.adapters.timetable import tracks_of
from passerby.config.check import Probes
from passerby.vision.load import MODEL_NAMES

# How every command looks at a configuration; each adds what it needs.
PROBES = Probes(model_names=MODEL_NAMES, timetable_tracks=tracks_of)
