"""The scene of one frame as a value: trains, still objects, and the input of the redactor."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.camera_faults import NO_OPTICS, OpticsView
from passerby.contracts.scene import NO_OBJECTS, StillObjects
from passerby.contracts.trains import TrainState
from passerby.pixels.look import Look


@dataclass(frozen=True, slots=True, eq=False)
class SceneView:
    """trains: a row for every track with train detection. look: None if there is no picture, or none may be
    drawn. optics: the health of the picture."""

    trains: tuple[TrainState, ...] = ()
    objects: StillObjects = NO_OBJECTS
    look: Look | None = None
    optics: OpticsView = NO_OPTICS


NOTHING_SEEN = SceneView()
