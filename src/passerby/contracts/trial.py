"""A trial of changed rules beside those of a running camera: what each has raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from passerby.contracts.config import Camera
from passerby.contracts.drawing import DrawnPlaces
from passerby.contracts.events import Event

RaisedBy = Literal["both", "now", "trial"]


@dataclass(frozen=True, slots=True)
class TrialIncident:
    """An incident of a trial, of the present rules, or of both. event: its newest report."""

    event: Event
    by: RaisedBy


@dataclass(frozen=True, slots=True, eq=False)
class TrialState:
    """A running trial. since_ms: UTC. incidents: the newest first; at most some hundred are kept."""

    drawn: DrawnPlaces
    actor: str
    since_ms: int
    incidents: tuple[TrialIncident, ...]

    def count(self, *by: RaisedBy) -> int:
        """Return how many incidents were raised so."""
        return sum(one.by in by for one in self.incidents)


class TrialWatch(Protocol):
    """The trial of one camera as its loop sees it; called in the camera's thread."""

    @property
    def camera(self) -> Camera | None:
        """The camera with the changed rules, as configured; None while nothing is tried."""
        ...

    def take(self, now: Sequence[Event], tried: Sequence[Event]) -> None:
        """Take the events of a frame: of the present rules, and of the tried ones."""
        ...
