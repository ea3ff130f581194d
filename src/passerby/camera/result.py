"""The result of one step of one camera."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from passerby.contracts.events import Event, Gap, LineSample, ZoneSample
from passerby.contracts.people import GroundTracks, Hit, Tracks
from passerby.contracts.time import Timestamp
from passerby.scene.view import SceneView

Samples = tuple[ZoneSample | LineSample, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """The result of one frame.

    tracks, ground: the people, in pixels and on the floor; same rows, same order. scene: trains, objects, and the
    input of the redactor. events, samples: to be stored. open_incidents: the latest hit of each open incident, and
    the momentary hits of this frame, by incident id. gap: the size of the picture changed before this frame.
    tried: of the rules on trial; for the person who tries them only.
    """

    tracks: Tracks
    ground: GroundTracks
    scene: SceneView
    events: tuple[Event, ...]
    samples: Samples
    open_incidents: Mapping[str, Hit]
    gap: Gap | None = None
    tried: tuple[Event, ...] = ()

    @property
    def at(self) -> Timestamp:
        """The frame's time."""
        return self.tracks.at


@dataclass(frozen=True, slots=True, eq=False)
class LastResult:
    """The remaining data at the end of a run: events that end, and the unfinished windows."""

    events: tuple[Event, ...]
    samples: Samples
