"""The files that belong to an event, as addresses relative to the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from passerby.charts.wording import clock


@dataclass(frozen=True, slots=True)
class EventLinks:
    """The addresses of an event's still, its clip, and its moment in the redacted video; "" if there is none.

    video_at_s: where the moment is in the video file.
    """

    still: str = ""
    clip: str = ""
    video: str = ""
    video_at_s: float = 0.0

    def named(self) -> tuple[tuple[str, str], ...]:
        """Return name and address of each."""
        named = (("still", self.still), ("clip", self.clip), (f"video at {clock(self.video_at_s)}", self.video))
        return tuple((name, address) for name, address in named if address)


NO_LINKS: Mapping[str, EventLinks] = MappingProxyType({})
