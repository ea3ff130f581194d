"""Sums over one camera's run: people, and the highest level of service of each zone."""

from __future__ import annotations

from collections.abc import Iterable

from passerby.contracts.events import LineSample, ZoneSample
from passerby.contracts.people import Tracks


class Totals:
    """people_max: most confirmed people at once, in a frame or predicted there, as zones and curves count them.

    people_total: number of confirmed tracks. levels: per zone the highest level of service of a window, A to F.
    """

    def __init__(self) -> None:
        self.people_max = self.people_total = 0
        self.levels: dict[str, str] = {}
        self._counted: set[int] = set()

    def step(self, tracks: Tracks) -> None:
        """Count the people of one frame."""
        confirmed = set(tracks.id[tracks.confirmed].tolist())
        self.people_total += len(confirmed - self._counted)
        self._counted = (self._counted | confirmed) - set(tracks.removed.tolist())
        self.people_max = max(self.people_max, int(tracks.confirmed.sum()))

    def add_levels(self, samples: Iterable[ZoneSample | LineSample]) -> None:
        """Add the levels of ended windows."""
        for sample in samples:
            if isinstance(sample, ZoneSample) and sample.level is not None:
                self.levels[sample.zone] = max(sample.level, self.levels.get(sample.zone, sample.level))

    def reset(self) -> None:
        """Reset the track numbers, because the picture was interrupted; the sums are kept."""
        self._counted.clear()
