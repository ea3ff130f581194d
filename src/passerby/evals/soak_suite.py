"""Suite `soak`: a unit that runs for hours; its memory, threads and open files must not grow."""

from __future__ import annotations

import signal
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired

from passerby.contracts.errors import UsageError
from passerby.contracts.events import CameraHealth
from passerby.evals.origin import commit, machine
from passerby.evals.process_figures import ProcessFigures, process_figures
from passerby.evals.result import Aim, Chart, Report, Series, Table
from passerby.evals.served import last_line, program
from passerby.store.queries import querying
from passerby.store.results import DATABASE

EVERY_S = 10.0
STOP_S = 120.0
MIN_S = 60.0
MB = 1024 * 1024
# Four cameras of 640 x 360 at 8 analysed frames a second, the reference unit's share of its memory.
MOST_MB = 600.0
# Of everything that a unit stores, with any number of cameras.
MOST_DISK_MB = 2048.0
# Early is when everything has been learned once; what comes on top until the end is growth.
EARLY_S, EARLY_END_S, LATE_S = 20 * MIN_S, 35 * MIN_S, 15 * MIN_S
MOST_GROWTH_MB = 16.0
# Of the medians of threads and of descriptors. Chosen: a recording or a connection more or less is no growth.
MOST_MORE = 3.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Figures of the process and the size of its results, MB, at a time since its start."""

    at_s: float
    process: ProcessFigures
    disk_mb: float


@dataclass(frozen=True, slots=True)
class SoakPlan:
    """seconds: duration. most_mb: limit of the memory. out: results folder of the unit. log: its output."""

    seconds: float
    most_mb: float
    out: Path
    log: Path


def soak(
    command: Sequence[str], plan: SoakPlan, report_progress: Callable[[float], None] = lambda _: None
) -> list[Sample]:
    """Run `command` and return its figures every EVERY_S. Raises UsageError if it ends by itself."""
    samples, began_s = list[Sample](), time.monotonic()
    with program(command, plan.log) as child:
        while (now_s := time.monotonic() - began_s) < plan.seconds:
            samples.append(Sample(now_s, process_figures(child.pid), _size_mb(plan.out)))
            report_progress(now_s / plan.seconds)
            with suppress(TimeoutExpired):
                code = child.wait(min(EVERY_S, plan.seconds / 4))
                raise UsageError(f"passerby run ended by itself with {code}; its log: {last_line(plan.log)}")
        child.send_signal(signal.SIGTERM)
        if child.wait(STOP_S) != 0:
            raise UsageError(
                f"passerby run did not end in order ({child.returncode}); its log: {last_line(plan.log)}"
            )
    return samples


def soak_report(samples: Sequence[Sample], plan: SoakPlan, settings: tuple[tuple[str, str], ...]) -> Report:
    """Return the figures of the process and the pictures of the cameras as a report."""
    seconds = samples[-1].at_s
    spans = [(t, t + 5 * MIN_S) for t in range(0, int(seconds) + 1, int(5 * MIN_S))]
    minutes = [f"{a / MIN_S:g} to {b / MIN_S:g} min" for a, b in spans]
    medians = [tuple(_median(samples, read, a, b) for read in _FIGURES.values()) for a, b in spans]
    return Report(
        suite="soak",
        title="Running for hours",
        settings=(("ran", f"{seconds / MIN_S:.1f} min"), *settings, ("commit", commit()), ("machine", machine())),
        tables=(
            Table(
                "The process, medians",
                ("time", *_FIGURES),
                tuple((when, *row) for when, row in zip(minutes, medians, strict=True)),
            ),
            _cameras(plan.out),
        ),
        charts=(
            Chart(
                "Memory", "MB", tuple(minutes), (Series("resident", tuple(m[0] for m in medians)),), plan.most_mb
            ),
        ),
        aims=_aims(samples, plan),
    )


def _aims(samples: Sequence[Sample], plan: SoakPlan) -> tuple[Aim, ...]:
    later = "median of the last 15 min over that of minutes 20 to 35"
    return (
        Aim("soak.memory", "most memory", plan.most_mb, max(s.process.rss_mb for s in samples), "MB"),
        Aim("soak.growth", f"memory, {later}", MOST_GROWTH_MB, _growth(samples, _rss_mb), "MB"),
        Aim("soak.threads", f"threads, {later}", MOST_MORE, _growth(samples, _threads)),
        Aim("soak.descriptors", f"open files and sockets, {later}", MOST_MORE, _growth(samples, _descriptors)),
        Aim("soak.disk", "size of the results folder", MOST_DISK_MB, max(s.disk_mb for s in samples), "MB"),
    )


def _growth(samples: Sequence[Sample], read: _Read) -> float | None:
    seconds = samples[-1].at_s
    early = _median(samples, read, EARLY_S, EARLY_END_S)
    late = _median(samples, read, seconds - LATE_S, seconds + 1)
    if seconds < EARLY_END_S + LATE_S or early is None or late is None:
        return None
    return max(0.0, late - early)


def _cameras(out: Path) -> Table:
    with querying(out / DATABASE) as queries:
        health = list(queries.samples(CameraHealth))
    rows = tuple(
        _camera(name, [h for h in health if h.camera == name]) for name in sorted({h.camera for h in health})
    )
    return Table("Cameras", ("camera", "frames a second", "dropped", "p95 ms a frame", "minutes down"), rows)


def _camera(name: str, health: Sequence[CameraHealth]) -> tuple[str, float | None, int, float | None, float]:
    live = [h for h in health if h.state.has_pictures]
    down_s = sum(h.window_s for h in health if not h.state.has_pictures)
    slowest = [h.p95_ms for h in live if h.p95_ms is not None]
    return (
        name,
        statistics.fmean(h.fps for h in live) if live else None,
        sum(h.dropped for h in health),
        statistics.median(slowest) if slowest else None,
        down_s / MIN_S,
    )


def _median(samples: Iterable[Sample], read: _Read, from_s: float, to_s: float) -> float | None:
    found = [read(s) for s in samples if from_s <= s.at_s < to_s]
    return statistics.median(found) if found else None


def _rss_mb(sample: Sample) -> float:
    return sample.process.rss_mb


def _threads(sample: Sample) -> float:
    return sample.process.threads


def _descriptors(sample: Sample) -> float:
    return sample.process.descriptors


def _disk_mb(sample: Sample) -> float:
    return sample.disk_mb


_Read = Callable[[Sample], float]
_FIGURES: dict[str, _Read] = {
    "memory MB": _rss_mb,
    "threads": _threads,
    "descriptors": _descriptors,
    "disk MB": _disk_mb,
}


def _size_mb(folder: Path) -> float:
    """Return the size of the files of a folder; one that ends meanwhile counts as empty."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            size += path.stat().st_size
    return size / MB
