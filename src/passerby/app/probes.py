"""The functions that a check of a configuration uses from the rest of the program."""

from __future__ import annotations

from passerby.adapters.timetable import tracks_of
from passerby.config.check import Probes
from passerby.vision.load import MODEL_NAMES

# Used by every command that checks a configuration; some add their own.
PROBES = Probes(model_names=MODEL_NAMES, timetable_tracks=tracks_of)
