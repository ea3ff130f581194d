"""The true figures of a rendered minute beside those that passerby reported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from passerby.contracts.events import LineSample, ZoneSample
from passerby.contracts.results import Summary
from passerby.sim.ledger import Ledger
from passerby.store.queries import querying


@dataclass(frozen=True, slots=True)
class Figured:
    """One figure: its name, its true value and its reported value."""

    what: str
    true: float
    reported: float


def figures_beside(summary: Summary, ledger: Ledger, database: Path) -> list[Figured]:
    """Return the figures of the summary, the lines and the zones of one recording."""
    with querying(database) as queries:
        lines, zones = list(queries.samples(LineSample)), list(queries.samples(ZoneSample))
    found = [Figured("most people at once", ledger.people_max, summary.people_max)]
    for line, (in_, out) in ledger.line_counts().items():
        of_line = [sample for sample in lines if sample.line == line]
        found.append(Figured(f"{line}: in", in_, sum(sample.in_ for sample in of_line)))
        found.append(Figured(f"{line}: out", out, sum(sample.out for sample in of_line)))
    for zone in sorted({sample.zone for sample in zones}):
        found += _zone(zone, ledger, [sample for sample in zones if sample.zone == zone])
    return found


def _zone(zone: str, ledger: Ledger, samples: list[ZoneSample]) -> list[Figured]:
    counts = [count.get(zone, 0) for _, count in ledger.counts]
    covered_s = sum(sample.window_s * sample.coverage for sample in samples)
    mean = sum(sample.count_mean * sample.window_s * sample.coverage for sample in samples) / max(covered_s, 1e-9)
    stays = sum(stretch.kind == "stay" and stretch.place == zone for stretch in ledger.stretches)
    return [
        Figured(f"{zone}: mean people", round(sum(counts) / max(len(counts), 1), 1), round(mean, 1)),
        Figured(f"{zone}: entries", stays, sum(sample.entries for sample in samples)),
    ]
