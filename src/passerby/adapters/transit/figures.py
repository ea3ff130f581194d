"""The people at each stop, as passenger information may show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from passerby.contracts.events import ZoneSample
from passerby.contracts.public_counts import public_count
from passerby.contracts.transit import Transit

# A figure that is older says nothing about the present: five windows of a minute.
OLDEST_S = 300


@dataclass(frozen=True, slots=True)
class StopFigure:
    """One stop. is_known: whether all its zones were measured in the last minutes.

    people: rounded to tens; None for fewer than ten, and if it is not known. level: the worst level of service of
    its zones, A to F; None without calibration.
    """

    stop: str
    is_known: bool
    people: int | None = None
    level: str | None = None


def stop_figures(transit: Transit, samples: Iterable[ZoneSample]) -> list[StopFigure]:
    """Return the figure of each stop. samples: of the last minutes, in their order."""
    newest = {(sample.camera, sample.zone): sample for sample in samples if sample.coverage > 0}
    zones: dict[str, list[tuple[str, str]]] = {}
    for one in transit.stops:
        zones.setdefault(one.stop, []).append((one.camera, one.zone))
    return [_figure(stop, names, newest) for stop, names in zones.items()]


def _figure(
    stop: str, names: Iterable[tuple[str, str]], newest: Mapping[tuple[str, str], ZoneSample]
) -> StopFigure:
    found = [newest.get(name) for name in names]
    known = [sample for sample in found if sample is not None]
    if len(known) < len(found):
        return StopFigure(stop, is_known=False)
    levels = [sample.level for sample in known if sample.level is not None]
    level = max(levels) if len(levels) == len(known) else None
    return StopFigure(stop, True, public_count(sum(sample.count_mean for sample in known)), level)
