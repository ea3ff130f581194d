"""What a unit reports to a control room in one message, and what it gets back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerby.contracts.alarms import LONGEST_NOTE, KeptAct
from passerby.contracts.events import CameraHealth, Event, FlowSample

# Of one message. A unit sends at most 100 events; the rest is room for the samples of many cameras.
MOST_ROWS = 5_000
MOST_BYTES = 8_000_000
# The address of HTTP, and the subject of NATS, below which reports are taken.
HTTP_PATH = "/unit/v1/report"
NATS_SUBJECT = "passerby.v1.report"
# Of NATS: the queue group of all centres, so that one of them answers.
NATS_GROUP = "passerby-centre"

# Of one act; of an alarm with more the newest.
MOST_INCIDENTS = 1_000
# Older acts are not sent; so long an outbox waits as well.
OLDEST_ACT_MS = 7 * 86_400_000
# The first millisecond after the year 9999.
END_OF_TIME_MS = 253_402_300_800_000
# Shelving and escalation change what a unit does: they are done at the unit.
SentAct = Literal["acknowledged", "useful", "not_useful", "resolved", "reopened", "handed_over"]
_Words = Annotated[str, Field(max_length=200)]


@dataclass(frozen=True, slots=True)
class UnitAct:
    """An act of a person of the control room on an alarm. who: the account. at_ms: UTC, by its clock."""

    alarm: _Words
    act: SentAct
    who: _Words
    at_ms: Annotated[int, Field(ge=0, lt=2**53)]
    note: Annotated[str, Field(max_length=LONGEST_NOTE)]


@dataclass(frozen=True, slots=True)
class StationAct:
    """An act of a person of the station on an alarm. who: the account. at_ms: UTC, by the unit's clock.

    incidents: those of the alarm when it was done; the control room has an alarm for each.
    until_ms: end of shelving; None for other acts.
    """

    incidents: Annotated[tuple[_Words, ...], Field(max_length=MOST_INCIDENTS)]
    act: KeptAct
    who: _Words
    at_ms: Annotated[int, Field(ge=0, lt=END_OF_TIME_MS)]
    note: Annotated[str, Field(max_length=LONGEST_NOTE)]
    until_ms: Annotated[int | None, Field(ge=0, lt=END_OF_TIME_MS)] = None


TakeActs = Callable[[Sequence[UnitAct]], None]
"""Keeps acts of a control room at the unit. Raises StoreError; then they come again."""


@dataclass(frozen=True, slots=True)
class StationActs:
    """Acts in the order of storing. to: number of the last act that was looked at."""

    acts: tuple[StationAct, ...]
    to: int


ReadStationActs = Callable[[int], StationActs]
"""Returns the next acts of the station after a number. Raises StoreError."""


class UnitReport(BaseModel):
    """Events in their order, samples, and the state of the unit. Keys of a newer unit are ignored.

    sent_ms: the unit's clock, UTC. disk_free: fraction of the disk with the results. acts_taken: `acts_to` of the
    last answer, 0 after a start, None for a unit that takes no acts.
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    version: str = Field(max_length=100)
    sent_ms: int = Field(ge=0, lt=2**53)
    disk_free: float | None = Field(default=None, ge=0, le=1)
    acts_taken: int | None = Field(default=None, ge=0, lt=2**53)
    events: tuple[Event, ...] = Field(default=(), max_length=MOST_ROWS)
    flows: tuple[FlowSample, ...] = Field(default=(), max_length=MOST_ROWS)
    health: tuple[CameraHealth, ...] = Field(default=(), max_length=MOST_ROWS)
    station_acts: tuple[StationAct, ...] = Field(default=(), max_length=MOST_ROWS)


class ReportAnswer(BaseModel):
    """The answer to a report that is committed.

    acts_to: the number of the last act that was looked at. keeps_station_acts: whether acts of the station are
    kept; an older control room does not say so and gets none.
    """

    model_config = ConfigDict(frozen=True)

    detail: str = ""
    acts: tuple[UnitAct, ...] = ()
    acts_to: int = 0
    keeps_station_acts: bool = False
