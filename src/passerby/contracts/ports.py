"""What the pipeline needs from the outside, as small as it can be."""

from __future__ import annotations

from typing import Protocol

from passerby.contracts.alarms import Alarm
from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.events import (
    Account,
    CameraHealth,
    Event,
    EvidenceFile,
    FlowSample,
    LineSample,
    OccupancySample,
    ZoneSample,
)
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState

Sample = ZoneSample | LineSample | FlowSample | OccupancySample | CameraHealth
Report = Sample | Alarm | EvidenceFile | Account


class EventSink(Protocol):
    """Takes what leaves the pipeline. Both calls return once the data is durable.

    Raises StoreError when it cannot be written.
    """

    def put(self, event: Event) -> None:
        """Keep one event; the same (id, seq) twice is kept once."""
        ...

    def put_report(self, report: Report) -> None:
        """Keep one sample, one line of an alarm, a finished file of evidence, or an account."""
        ...


class DepartureSource(Protocol):
    """Says when trains leave, where the picture does not."""

    def merged(self, seen: tuple[TrainState, ...], at: Timestamp) -> tuple[TrainState, ...]:
        """Return what the picture shows at `at`, with the departures of those who know; every track of theirs."""
        ...


class FloorMemory(Protocol):
    """Keeps what was learned of a camera's floor between runs. Neither call raises: one can learn anew."""

    def load(self, camera: str) -> LearnedFloor | None:
        """Return what was kept of a camera, None if there is nothing usable."""
        ...

    def save(self, camera: str, floor: LearnedFloor) -> None:
        """Keep a camera's floor in place of the one before."""
        ...
