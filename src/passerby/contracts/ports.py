"""What the pipeline needs from the outside, as small as it can be."""

from __future__ import annotations

from typing import Protocol

from passerby.contracts.alarms import Alarm
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
