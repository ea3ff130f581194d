"""Runs rows through a camera's step, and keeps what came out."""

from __future__ import annotations

from collections.abc import Iterable

from passerby.camera.limits import EXACT_BOXES
from passerby.camera.state import CameraState
from passerby.contracts import config
from passerby.contracts.events import Event, LineSample, Phase, ZoneSample
from passerby.contracts.people import GroundTracks, Tracks
from support.floor_scene import Sampling, Scene


class Loop:
    """One camera's state, and everything it reported."""

    def __init__(self, camera: config.Camera, wh: tuple[int, int]) -> None:
        self.events: list[Event] = []
        self.samples: list[ZoneSample | LineSample] = []
        self.state = CameraState(camera, wh, EXACT_BOXES)

    def step(self, tracks: Tracks) -> GroundTracks:
        result = self.state.step_tracks(tracks)
        self.events += result.events
        self.samples += result.samples
        return result.ground

    def run(self, frames: Iterable[Tracks]) -> Loop:
        for tracks in frames:
            self.step(tracks)
        return self

    def close(self) -> Loop:
        last = self.state.close()
        self.events += last.events
        self.samples += last.samples
        return self

    def remembered(self) -> dict[str, int]:
        """How many tracks each part still knows."""
        behaviours = self.state._behaviours
        parts = {
            "motion": behaviours.motion,
            "continuity": behaviours.continuity,
            "incidents": self.state._incidents,
        }
        parts |= {f"rule {i} {type(r).__name__}": r for i, r in enumerate(behaviours.rules)}
        meters = [*behaviours._zones, *behaviours._lines]
        parts |= {f"meter {i} {type(m).__name__}": m for i, m in enumerate(meters)}
        return {name: len(part) for name, part in parts.items()}

    def counts(self) -> dict[str, tuple[int, int]]:
        """In and out per line, summed over the windows."""
        lines = [s for s in self.samples if isinstance(s, LineSample)]
        return {
            name: (sum(s.in_ for s in lines if s.line == name), sum(s.out for s in lines if s.line == name))
            for name in {s.line for s in lines}
        }

    def reported(self) -> list[Event]:
        """The last word on each incident, oldest first."""
        ends = [e for e in self.events if e.phase is Phase.END or e.kind == "line_crossing"]
        return sorted(ends, key=lambda e: (e.began_s, e.kind, e.at_s))


def run_scene(scene: Scene, how: Sampling) -> Loop:
    """Run one scene, looked at in one way, from rows to events and samples."""
    return Loop(scene.camera, scene.wh).run(scene.tracks(how)).close()


def measure(event: Event, name: str) -> float:
    """Return one of an event's figures."""
    value = next(m.value for m in event.measures if m.name == name)
    assert isinstance(value, float | int)
    return float(value)
