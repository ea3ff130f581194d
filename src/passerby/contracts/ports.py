"""What the pipeline needs from the outside, as small as it can be."""

from __future__ import annotations

from collections.abc import Iterable
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
Record = Event | Report
"""Whatever is stored: a row each."""


class RecordSink(Protocol):
    """Takes what a unit stores; whoever puts never waits for a disk, unless it is a recording's."""

    def put(self, records: Iterable[Record]) -> None:
        """Take records that belong together: they are written in one transaction, in their order.

        Raises StoreError only for a recording, when its results cannot be written.
        """
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
