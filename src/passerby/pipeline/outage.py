"""A live camera that stops delivering becomes an incident of its own: camera_lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from passerby.contracts.events import Event, Gap, Measure, Phase, Severity

KIND = "camera_lost"
LOST_AFTER_S = 5.0


class OutageWatch:
    """Start once after LOST_AFTER_S without a picture, end once when pictures are back or the run is over."""

    def __init__(self, camera: str, new_id: Callable[[], str]) -> None:
        self._camera, self._new_id = camera, new_id
        self._open: Event | None = None
        self._last: Gap | None = None

    def gap(self, gap: Gap) -> list[Event]:
        """Take a gap as it grows."""
        self._last = gap
        if self._open is not None or gap.to_s - gap.from_s < LOST_AFTER_S:
            return []
        self._open = self._event(gap, self._new_id(), 0, Phase.START)
        return [self._open]

    def over(self) -> list[Event]:
        """Pictures are back, or the run ends."""
        last, opened, self._open = self._last, self._open, None
        if opened is None or last is None:
            return []
        event = self._event(last, opened.id, 1, Phase.END)
        lasted = Measure("duration", round(last.to_s - last.from_s, 1), "s")
        return [replace(event, measures=(*event.measures, lasted))]

    def _event(self, gap: Gap, event_id: str, seq: int, phase: Phase) -> Event:
        return Event(
            id=event_id,
            seq=seq,
            kind=KIND,
            phase=phase,
            camera=self._camera,
            place="",
            began_s=round(gap.from_s, 3),
            at_s=round(gap.to_s, 3),
            utc=gap.utc,
            people=0,
            severity=Severity.ALARM,
            measures=(Measure("why", gap.why),),
        )
