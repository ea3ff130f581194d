"""Interfaces that the pipeline needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
"""The types of stored rows."""
RecordFile = Callable[[EvidenceFile], None]
"""Records a file before it exists, and again when it is finished, so that retention finds it by its record."""


def unrecorded(_: EvidenceFile) -> None:
    """Record no file: for a folder without a database."""


class RecordSink(Protocol):
    """Receives the data that a unit stores. A call never waits for a disk, except for a recording."""

    def put(self, records: Iterable[Record]) -> None:
        """Take records that belong together: they are written in one transaction, in their order.

        Raises StoreError only for a recording, if its results cannot be written.
        """
        ...


class DepartureSource(Protocol):
    """A source of departures other than the picture."""

    def merged(self, seen: tuple[TrainState, ...], at: Timestamp) -> tuple[TrainState, ...]:
        """Return the picture's train states at `at` with the departures of this source, for each of its tracks."""
        ...


class FloorMemory(Protocol):
    """Stores learned floors between runs. Neither call raises: a lost floor is learned again."""

    def load(self, camera: str) -> LearnedFloor | None:
        """Return the stored floor of a camera, None if there is no usable one."""
        ...

    def save(self, camera: str, floor: LearnedFloor) -> None:
        """Store a camera's floor in place of the previous one."""
        ...
