"""What a unit reports to a control room in one message."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from passerby.contracts.events import CameraHealth, Event, FlowSample

# Of one message. A unit sends at most 100 events; the rest is room for the samples of many cameras.
MOST_ROWS = 5_000
MOST_BYTES = 8_000_000
# The address of HTTP, and the subject of NATS, below which reports are taken.
HTTP_PATH = "/unit/v1/report"
NATS_SUBJECT = "passerby.v1.report"
# Of NATS: the queue group of all centres, so that one of them answers.
NATS_GROUP = "passerby-centre"


class UnitReport(BaseModel):
    """Events in their order, samples, and the state of the unit. Keys of a newer unit are ignored.

    sent_ms: the unit's clock, UTC. disk_free: fraction of the disk with the results.
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    version: str = Field(max_length=100)
    sent_ms: int = Field(ge=0, lt=2**53)
    disk_free: float | None = Field(default=None, ge=0, le=1)
    events: tuple[Event, ...] = Field(default=(), max_length=MOST_ROWS)
    flows: tuple[FlowSample, ...] = Field(default=(), max_length=MOST_ROWS)
    health: tuple[CameraHealth, ...] = Field(default=(), max_length=MOST_ROWS)
