"""Runs rows through everything right of the tracker, as one camera's loop does, and keeps what came out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from passerby.behaviour.crossing import crossings_of
from passerby.behaviour.incidents import Incidents
from passerby.behaviour.make import make_rules
from passerby.behaviour.meters import LineMeter, ZoneMeter
from passerby.contracts import config
from passerby.contracts import scene as contracts
from passerby.contracts.events import Event, LineSample, Phase, ZoneSample
from passerby.contracts.people import GroundTracks, Tracks
from passerby.ground.motion import Motion
from passerby.ground.places import Area
from passerby.ground.plane import GroundPlane
from support.floor_scene import Sampling, Scene


class Loop:
    """One camera's rules, incidents and meters, and everything they said."""

    def __init__(self, camera: config.Camera, plane: GroundPlane | None) -> None:
        numbers = itertools.count()
        self.events: list[Event] = []
        self.samples: list[ZoneSample | LineSample] = []
        self.motion = Motion(plane)
        crossings = crossings_of(camera, plane)
        self.rules = make_rules(camera, plane, crossings)
        self.incidents = Incidents(camera.name, camera.rules, lambda: f"i{next(numbers)}")
        self.zones = [ZoneMeter(camera.name, Area.of(zone, plane)) for zone in camera.zones]
        self.lines = [LineMeter(camera.name, crossings[line.name]) for line in camera.lines]

    def step(self, tracks: Tracks) -> GroundTracks:
        ground = self.motion.step(tracks)
        for meter in (*self.zones, *self.lines):
            self.samples += meter.step(ground)
        hits = [hit for rule in self.rules for hit in rule.step(contracts.Scene(ground))]
        self.events += self.incidents.step(hits, ground.at)
        return ground

    def run(self, frames: Iterable[Tracks]) -> Loop:
        for tracks in frames:
            self.step(tracks)
        return self

    def close(self) -> Loop:
        self.events += self.incidents.end_all()
        for meter in (*self.zones, *self.lines):
            self.samples += meter.close()
        return self

    def remembered(self) -> dict[str, int]:
        """How many tracks each part still knows."""
        parts = {"motion": self.motion, "incidents": self.incidents}
        parts |= {f"rule {i} {type(r).__name__}": r for i, r in enumerate(self.rules)}
        parts |= {f"meter {i} {type(m).__name__}": m for i, m in enumerate([*self.zones, *self.lines])}
        return {name: len(part) for name, part in parts.items()}

    def counts(self) -> dict[str, tuple[int, int]]:
        """In and out per line, summed over the windows."""
        lines = [s for s in self.samples if isinstance(s, LineSample)]
        return {
            name: (sum(s.in_ for s in lines if s.line == name), sum(s.out for s in lines if s.line == name))
            for name in {s.line for s in lines}
        }

    def told(self) -> list[Event]:
        """The last word on each incident, oldest first."""
        ends = [e for e in self.events if e.phase is Phase.END or e.kind == "line_crossing"]
        return sorted(ends, key=lambda e: (e.began_s, e.kind, e.at_s))


def judge(scene: Scene, how: Sampling) -> Loop:
    """Run one scene, looked at in one way, from rows to events and samples."""
    return Loop(scene.camera, scene.plane).run(scene.tracks(how)).close()


def measure(event: Event, name: str) -> float:
    """Return one of an event's figures."""
    value = next(m.value for m in event.measures if m.name == name)
    assert isinstance(value, float | int)
    return float(value)
