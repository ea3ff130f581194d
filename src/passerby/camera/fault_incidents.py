"""The incidents of a camera's picture: each fault of its optics has a start and an end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from passerby.camera.incident import ended, started
from passerby.contracts.camera_faults import REPORTED, CameraFault
from passerby.contracts.events import Event, Measure
from passerby.contracts.time import Timestamp


def reported_fault(names: frozenset[str], at: Timestamp) -> tuple[CameraFault, ...]:
    """Return the fault that a camera reports of itself, if there is one. names: of ONVIF's tampering topics."""
    if not names:
        return ()
    return (CameraFault(REPORTED, at, (Measure("why", ", ".join(sorted(names))),)),)


class FaultIncidents:
    """The open incidents of one camera's picture, at most one of each kind."""

    def __init__(self, camera: str, new_id: Callable[[], str]) -> None:
        self._camera, self._new_id = camera, new_id
        self._open: dict[str, Event] = {}
        self._last: Timestamp | None = None

    def step(self, faults: Iterable[CameraFault], at: Timestamp) -> list[Event]:
        """Process the faults that are present at one moment; return the events."""
        self._last = at
        present = {fault.type.name: fault for fault in faults}
        over = [self._open.pop(kind) for kind in list(self._open) if kind not in present]
        events = [ended(start, at.s, at.utc) for start in over]
        for kind, fault in present.items():
            if kind not in self._open:
                self._open[kind] = self._start(fault, at)
                events.append(self._open[kind])
        return events

    def end_all(self) -> list[Event]:
        """End every open incident, because the picture stopped or the run is over."""
        return [] if self._last is None else self.step((), self._last)

    def _start(self, fault: CameraFault, at: Timestamp) -> Event:
        return started(
            fault.type.name,
            self._new_id(),
            self._camera,
            began_s=fault.since.s,
            at_s=at.s,
            utc=at.utc,
            measures=fault.measures,
        )
