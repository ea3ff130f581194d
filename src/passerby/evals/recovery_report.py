"""The report of suite `recovery`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from passerby.evals.faulty_link import KINDS, SOFT
from passerby.evals.origin import commit, machine
from passerby.evals.process_figures import ProcessFigures, growth_mb
from passerby.evals.result import Aim, Report, Table

P95_MOST_S, GROWTH_MOST_MB = 10.0, 16.0
TOGETHER = "all at once"
"""The kind of the fault that all cameras have at the same time."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """One fault: its kind and duration, the time from its end to the next picture, and its incidents.

    recovery_s: None if no picture came within PATIENCE_S. lost_s: time without a picture from before the fault.
    """

    kind: str
    fault_s: float
    recovery_s: float | None
    lost_s: float
    incidents: int

    @property
    def time_s(self) -> float:
        """The time to the next picture; infinite if none came."""
        return float("inf") if self.recovery_s is None else self.recovery_s

    @property
    def is_as_expected(self) -> bool:
        """One incident; or none if pictures may have gone on."""
        return self.incidents == 1 or (self.incidents == 0 and self.kind in SOFT)


@dataclass(slots=True)
class FaultRun:
    """All faults of one run.

    before, after: figures of the process when every camera was live, after one fault each and at the end.
    memory_mb: samples of the whole run. herd: new connections in the busiest second after all cameras had been
    lost at once.
    """

    found: list[Recovery] = field(default_factory=list)
    before: ProcessFigures | None = None
    after: ProcessFigures | None = None
    memory_mb: list[float] = field(default_factory=list)
    herd: int = 0


def recovery_report(run: FaultRun, settings: tuple[tuple[str, str], ...]) -> Report:
    """Return the faults as a report: pictures return in time, one incident each, and the process does not grow."""
    found, times = run.found, [one.time_s for one in run.found]
    return Report(
        suite="recovery",
        title="Recovery after faults of the link to a camera",
        settings=(("faults", f"{len(found)}"), *settings, ("commit", commit()), ("machine", machine())),
        tables=(_faults(found), _process(run)),
        aims=(
            Aim("recovery.p95", "95 % of the times from the end of a fault to the next picture", P95_MOST_S,
                float(np.quantile(times, 0.95, method="higher")) if times else None, "s"),
            Aim("recovery.never", "faults after which no picture came", 0, float(np.isinf(times).sum())),
            Aim("recovery.incidents", "faults with another number of incidents than expected", 0,
                float(sum(not one.is_as_expected for one in found))),
            Aim("recovery.memory", "growth from the second to the last quarter", GROWTH_MOST_MB,
                growth_mb(run.memory_mb), "MB"),
            Aim("recovery.threads", "threads more than after one fault of each camera", 0,
                _more(run, "threads")),
            Aim("recovery.descriptors", "descriptors more than after one fault of each camera", 0,
                _more(run, "descriptors")),
        ),
    )  # fmt: skip


def _faults(found: Sequence[Recovery]) -> Table:
    rows = []
    for kind in (*KINDS, TOGETHER):
        of = [one for one in found if one.kind == kind]
        if of:
            seconds = [one.time_s for one in of]
            middle, most = float(np.median(seconds)), max(seconds)
            rows.append((kind, len(of), round(middle, 1), round(most, 1), sum(one.incidents for one in of)))
    return Table("Faults", ("kind", "faults", "median s", "longest s", "incidents"), tuple(rows))


def _process(run: FaultRun) -> Table:
    rows = [
        (when, round(now.rss_mb), now.threads, now.descriptors)
        for when, now in (("after one fault of each camera", run.before), ("at the end", run.after))
        if now is not None
    ]
    note = f"New connections in the busiest second after all cameras had been lost at once: {run.herd}."
    return Table("This process", ("when", "MB", "threads", "descriptors"), tuple(rows), note)


def _more(run: FaultRun, name: str) -> float | None:
    if run.before is None or run.after is None:
        return None
    return float(max(0, getattr(run.after, name) - getattr(run.before, name)))
