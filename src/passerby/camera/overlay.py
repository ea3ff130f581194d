"""Drawings for evidence: the zone or line, the path of the person, the measured figure.

A path is stored for the seconds that a clip shows before an incident, for existing tracks, in memory only; only
the path of an incident's own subject is drawn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from passerby.camera.outlines import shares
from passerby.contracts.config import Camera
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.pixels.annotate import Drawing, Share

# Longest path in a drawing, for any time before an incident, seconds.
PATH_S = 10.0
MOST_WORDS = 3
_Path = deque[tuple[int, Share]]


class Overlay:
    """The latest frame of one camera for evidence; `camera` is scaled to the picture `wh`."""

    def __init__(self, camera: Camera, wh: tuple[int, int]) -> None:
        self._wh = wh
        self._zones = {zone.name: shares(zone.polygon_px, wh) for zone in camera.zones}
        self._lines = {line.name: shares((line.from_px, line.to_px), wh) for line in camera.lines}
        self._paths: dict[int, _Path] = {}
        self._open_hits: Mapping[str, Hit] = {}

    @property
    def open_incidents(self) -> frozenset[str]:
        """The open incidents."""
        return frozenset(self._open_hits)

    def step(self, ground: GroundTracks, open_hits: Mapping[str, Hit]) -> None:
        """Process one frame's people and the latest hit of each incident."""
        self._open_hits = open_hits
        for removed in ground.removed.tolist():
            self._paths.pop(removed, None)
        for track, foot in zip(ground.id.tolist(), ground.foot_px.tolist(), strict=True):
            recent = self._paths.setdefault(track, deque())
            recent.append((ground.at.mono_ns, (foot[0] / self._wh[0], foot[1] / self._wh[1])))
            while ground.at.mono_ns - recent[0][0] > PATH_S * NS_PER_S:
                recent.popleft()

    def reset(self) -> None:
        """Reset all paths, because the pictures were interrupted."""
        self._paths.clear()
        self._open_hits = {}

    def draw(self, event: str, at: Timestamp) -> Drawing:
        """Return the drawing of an incident for the picture of a moment; nothing for an incident that has
        ended."""
        hit = self._open_hits.get(event)
        if hit is None:
            return Drawing()
        recent = self._paths.get(hit.subject.track, ()) if hit.subject.track is not None else ()
        path = tuple(point for when, point in recent if when <= at.mono_ns)
        is_zone = hit.place in self._zones
        outline = self._zones.get(hit.place) or self._lines.get(hit.place, ())
        return Drawing(outline, is_zone, path, _words(hit) if at.s >= hit.began_s else "")


def _words(hit: Hit) -> str:
    figures = (_figure(measure) for measure in hit.measures[:MOST_WORDS])
    return "  ".join((hit.kind.replace("_", " "), *figures))


def _figure(measure: Measure) -> str:
    value = measure.value if isinstance(measure.value, str) else f"{measure.value:.1f}"
    return f"{measure.name.replace('_', ' ')} {value} {measure.unit}".rstrip()
