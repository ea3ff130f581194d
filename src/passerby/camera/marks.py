"""The people who are drawn in another way: those of an open incident, and those who lie."""

from __future__ import annotations

from collections.abc import Sequence

from passerby.camera.result import FrameResult
from passerby.contracts.config import Zone
from passerby.contracts.people import GroundTracks, Hit
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.lying import lying
from passerby.pixels.look import FigureMarks


class Marking:
    """The marks of one camera's frames. zones: scaled to the picture."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        self._zones = {zone.name: Area.of(zone, None) for zone in zones}

    def of(self, result: FrameResult, plane: GroundPlane | None) -> FigureMarks:
        """Return the marks of one frame."""
        ground = result.ground
        people = {track for hit in result.open_incidents.values() for track in self._people(hit, ground)}
        return FigureMarks(frozenset(people), frozenset(ground.id[lying(ground, plane)].tolist()))

    def _people(self, hit: Hit, ground: GroundTracks) -> Sequence[int]:
        """Return the tracks of one incident: its own, its group, or all in its zone. An object has none."""
        subject = hit.subject
        if subject.track is not None:
            return [subject.track]
        if subject.group or hit.place not in self._zones:
            return subject.group
        inside = self._zones[hit.place].has(ground)
        return [int(track) for track in ground.id[inside & ground.confirmed]]
