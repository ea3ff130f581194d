"""Pauses of the analysis of one camera: its lens is moved, or it looks elsewhere than at its usual place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from passerby.camera.outage import OutageWatch
from passerby.camera.state import CameraState
from passerby.contracts.events import Event, Gap
from passerby.contracts.time import Timestamp
from passerby.pixels.frame import RawFrame

FOCUSING, OFF_PRESET = "analysis_paused", "camera_off_preset"
See = Callable[[RawFrame, CameraState], None]


@dataclass(frozen=True, slots=True, eq=False)
class Pause:
    """why: a sentence for staff. see: gets each picture meanwhile, in the thread of the camera. kind: of the
    incident that says so."""

    why: str
    see: See = lambda _frame, _state: None
    kind: str = FOCUSING


class AnalysisPause:
    """The pauses of one camera. Any thread may begin and end one; the loop of the camera asks before each step."""

    def __init__(self) -> None:
        self._open: list[Pause] = []

    @property
    def present(self) -> Pause | None:
        """The oldest pause that lasts; None if pictures are to be analysed."""
        pauses = tuple(self._open)
        return pauses[0] if pauses else None

    @contextmanager
    def during(self, pause: Pause) -> Iterator[None]:
        """Pause for a with block."""
        self._open.append(pause)
        try:
            yield
        finally:
            self._open.remove(pause)


class PauseWatch:
    """Reports the pauses of one camera: a growing Gap, and an incident once it has lasted for some seconds."""

    def __init__(self, camera: str, new_id: Callable[[], str]) -> None:
        self._camera = camera
        self._incidents = {kind: OutageWatch(camera, new_id, kind) for kind in (FOCUSING, OFF_PRESET)}
        self._since: Timestamp | None = None

    @property
    def is_on(self) -> bool:
        """Whether the last picture was not analysed."""
        return self._since is not None

    def lasts(self, pause: Pause, at: Timestamp) -> tuple[Gap, list[Event]]:
        """Record a picture that is not analysed; return the gap so far and the events that are due."""
        since = self._since = self._since or at
        gap = Gap(self._camera, since.s, at.s, since.utc, pause.why)
        return gap, self._incidents[pause.kind].gap(gap)

    def over(self) -> list[Event]:
        """Record that pictures are analysed again, or that the run ends; return the end of the incident."""
        self._since = None
        return [event for incident in self._incidents.values() for event in incident.over()]
