"""What the console needs from the unit: chosen in app, replaced in tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from passerby.contracts.config import Unit
from passerby.contracts.drawing import DrawnFloor, DrawnPlaces
from passerby.contracts.focus import FocusReport
from passerby.contracts.live import LivePictures
from passerby.contracts.new_camera import CameraLogin, FoundDevice, FoundStream, NewCamera
from passerby.contracts.results import History
from passerby.contracts.trial import TrialState
from passerby.store.queries import Queries

T = TypeVar("T")


class ConsoleStore(Protocol):
    """The store of a unit. Every call raises StoreError if it is unavailable."""

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A read-only connection for a with block."""
        ...

    def queries(self) -> AbstractContextManager[Queries]:
        """The query interface for a with block."""
        ...

    def write(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """Run `fn` in one transaction."""
        ...


@dataclass(frozen=True, slots=True)
class CameraFigures:
    """Counters of one camera since it started.

    frames: decoded. stages: how often each stage ran, and its time in all, seconds. incidents: started, by kind.
    """

    camera: str
    frames: int
    frames_analysed: int
    dropped: int
    decode_errors: int
    reconnects: int
    stages: Mapping[str, tuple[int, float]]
    incidents: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class CameraHistory:
    """Sums of one camera since it started, at most a minute old. picture_wh: of its coordinates, px."""

    history: History
    picture_wh: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PlanZone:
    """One zone of a plan. outline: its corners."""

    name: str
    outline: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """The floor of one camera: metres to the right and towards the camera, or pixels without calibration.

    dots: where people stand while an incident is open, in no order; it is shown and never stored.
    """

    zones: tuple[PlanZone, ...]
    dots: tuple[tuple[float, float], ...]
    is_metres: bool


class UnitStatus(Protocol):
    """The state of a running unit."""

    def figures(self) -> tuple[CameraFigures, ...]:
        """Return the counters of each camera that has started."""
        ...

    def history(self, camera: str) -> CameraHistory | None:
        """Return where and how fast people moved; None in the first seconds, and for an unknown camera."""
        ...

    def plan(self, camera: str) -> FloorPlan | None:
        """Return the floor of a camera; None before its first picture, and for an unknown camera."""
        ...

    def queued(self) -> int:
        """Return how many records wait for the store."""
        ...

    def rate_ratio(self) -> float:
        """Return the present rates of analysis over the configured ones; below 1 the unit is overloaded."""
        ...

    def unit(self) -> Unit:
        """Return the present configuration."""
        ...

    def is_ready(self) -> bool:
        """Return whether the cameras have been started."""
        ...

    def trial(self, camera: str) -> TrialState | None:
        """Return the trial of changed rules of a camera, None without one."""
        ...

    def failures(self) -> Mapping[str, int]:
        """Return how often each camera had to be restarted after an error."""
        ...

    def focused(self) -> Mapping[str, FocusReport | str]:
        """Return the last refocus of each camera, or the sentence why it failed."""
        ...

    def lost(self) -> Mapping[str, int]:
        """Return how many records could not be stored, by type."""
        ...


class DepartureInbox(Protocol):
    """Takes departures by message."""

    def left(self, track: str) -> bool:
        """Count one departure; return whether a camera expects this track."""
        ...


@dataclass(frozen=True, slots=True)
class FloorResidual:
    """How far a known point or length is from the fitted floor."""

    what: str
    cm: float


@dataclass(frozen=True, slots=True)
class FloorBand:
    """One row of the picture. None: no floor there, or an error too large for a number."""

    y_px: int
    px_per_m: float | None
    speed_sd_mps: float | None


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line on the floor at a whole metre, as points in the picture. bold: every fifth."""

    bold: bool
    px: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class LearnedTrial:
    """The floor that walking people gave, beside a drawn one.

    sd: error of a metre, as a fraction. ratio: learned metres for one drawn metre: median, 10 % and 90 % of the
    picture; None if the drawing gives no floor. is_apart: they differ by more than the error.
    """

    walkers: int
    sd: float
    grid: tuple[GridLine, ...]
    ratio: tuple[float, float, float] | None = None
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class FloorTrial:
    """What floor a drawing gives. usable: fraction of the picture in which speeds are reliable.

    errors: expected sd of a speed in each cell of the picture, m/s, rows from the top; None for no speed.
    """

    problems: tuple[str, ...] = ()
    residuals: tuple[FloorResidual, ...] = ()
    bands: tuple[FloorBand, ...] = ()
    usable: float = 0.0
    grid: tuple[GridLine, ...] = ()
    learned: LearnedTrial | None = None
    errors: tuple[tuple[float | None, ...], ...] = ()


class UnitControl(Protocol):
    """What the console may change of a running unit; each call only asks, and the unit does it within seconds."""

    def restart(self, camera: str) -> None:
        """Ask for a restart of one camera. Raises UsageError if it does not run."""
        ...

    def focus(self, camera: str) -> None:
        """Ask for a refocus of one camera. Raises UsageError if it has no lens to move, or an open alarm."""
        ...

    def check_places(self, drawn: DrawnPlaces) -> list[str]:
        """Return what is wrong with the configuration once it has these places, as `passerby check` would."""
        ...

    def save_places(self, drawn: DrawnPlaces) -> None:
        """Write these places into the configuration and ask for a reload. Raises UsageError if that fails."""
        ...

    def try_places(self, drawn: DrawnPlaces, actor: str) -> None:
        """Run these rules beside the present ones until they are stopped. Raises UsageError for their faults."""
        ...

    def stop_trial(self, camera: str) -> None:
        """End the trial of a camera, if there is one."""
        ...

    def try_floor(self, drawn: DrawnFloor) -> FloorTrial:
        """Return the floor that a drawing gives, and what is wrong with it; nothing is changed."""
        ...

    def save_floor(self, drawn: DrawnFloor) -> None:
        """Write this calibration into the configuration and ask for a reload. Raises UsageError if that fails."""
        ...

    def use_learned_floor(self, camera: str) -> None:
        """Write the floor that people gave into the configuration and ask for a reload.

        Raises UsageError if there is none yet, or if that fails.
        """
        ...

    def add_camera(self, new: NewCamera) -> None:
        """Write one more camera into the configuration and ask for a reload. Raises UsageError if that fails."""
        ...

    def remove_camera(self, camera: str) -> None:
        """Take a camera out of the configuration and ask for a reload. Raises UsageError if that fails."""
        ...


class CameraFinder(Protocol):
    """Finds cameras in the network. Each call raises InputError if the network or a camera does not answer."""

    def devices(self) -> tuple[FoundDevice, ...]:
        """Return the ONVIF cameras that answer within a few seconds."""
        ...

    def streams(self, address: str, login: CameraLogin) -> tuple[FoundStream, ...]:
        """Return the streams of a camera, the largest picture first. Raises UsageError for no such address."""
        ...


@dataclass(frozen=True, slots=True)
class ConsolePorts:
    """Everything that the console reads and changes. results: the folder of the unit, with its evidence."""

    store: ConsoleStore
    live: LivePictures
    status: UnitStatus
    results: Path
    departures: DepartureInbox
    control: UnitControl
    finder: CameraFinder
