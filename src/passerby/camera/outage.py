"""Raises the incident camera_lost when a live camera stops delivering."""

from __future__ import annotations

from collections.abc import Callable

from passerby.camera.incident import ended, started
from passerby.contracts.events import Event, Gap, Measure
from passerby.contracts.time import later

KIND = "camera_lost"
EVIDENCE_KIND = "evidence_lost"
LOST_AFTER_S = 5.0
# A camera that returns for a moment only is still lost: buffered pictures, or a server that starts.
STEADY_S = 3.0


class OutageWatch:
    """Starts once after an outage of LOST_AFTER_S, and ends once when it is over or the run ends.

    kind: of the incident; KIND for an outage of pictures, EVIDENCE_KIND if evidence cannot be stored.
    """

    def __init__(self, camera: str, new_id: Callable[[], str], kind: str = KIND) -> None:
        self._camera, self._new_id, self._kind = camera, new_id, kind
        self._open: Event | None = None
        self._last: Gap | None = None

    def gap(self, gap: Gap) -> list[Event]:
        """Process a growing gap."""
        self._last = gap
        if self._open is not None or gap.to_s - gap.from_s < LOST_AFTER_S:
            return []
        self._open = self._start(gap)
        return [self._open]

    def over(self, at_s: float | None = None) -> list[Event]:
        """End the outage: pictures are back, at `at_s` for STEADY_S; or, with None, the run ends.

        The incident ends at the time when they came back.
        """
        if self._last is not None and at_s is not None and at_s - self._last.to_s < STEADY_S:
            return []
        last, opened, self._open = self._last, self._open, None
        if opened is None or last is None:
            return []
        return [ended(opened, last.to_s, _utc_at_end(last))]

    def _start(self, gap: Gap) -> Event:
        return started(
            self._kind,
            self._new_id(),
            self._camera,
            began_s=gap.from_s,
            at_s=gap.to_s,
            utc=_utc_at_end(gap),
            measures=(Measure("why", gap.why),),
        )


def _utc_at_end(gap: Gap) -> str | None:
    return later(gap.utc, gap.to_s - gap.from_s)
