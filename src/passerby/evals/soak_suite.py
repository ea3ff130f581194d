"""Suite `soak`: a unit that runs for hours; its memory must not grow."""

from __future__ import annotations

import resource
import signal
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen, TimeoutExpired

from passerby.contracts.errors import UsageError
from passerby.contracts.events import CameraHealth
from passerby.evals.origin import commit, machine
from passerby.evals.result import Aim, Chart, Report, Series, Table
from passerby.evals.served import last_line, program
from passerby.store.queries import querying
from passerby.store.results import DATABASE

EVERY_S = 10.0
STOP_S = 120.0
MIN_S = 60.0
MB = 1024 * 1024
_PAGE = resource.getpagesize()
# Four cameras of 640 x 360 at 8 analysed frames a second, the reference unit's share of its memory.
MOST_MB = 600.0
# Early is when everything has been learned once; what comes on top until the end is growth.
EARLY_S, EARLY_END_S, LATE_S = 20 * MIN_S, 35 * MIN_S, 15 * MIN_S
MOST_GROWTH_MB = 16.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory that is the process's own (resident set) at a time since its start."""

    at_s: float
    rss_mb: float


def soak(
    command: Sequence[str], log: Path, seconds: float, report_progress: Callable[[float], None] = lambda _: None
) -> list[Sample]:
    """Run `command` for so long and return its memory every EVERY_S. Raises UsageError if it ends by itself."""
    samples, began_s = list[Sample](), time.monotonic()
    with program(command, log) as child:
        while (now_s := time.monotonic() - began_s) < seconds:
            samples.append(Sample(now_s, _rss_mb(child)))
            report_progress(now_s / seconds)
            with suppress(TimeoutExpired):
                code = child.wait(min(EVERY_S, seconds / 4))
                raise UsageError(f"passerby run ended by itself with {code}; its log: {last_line(log)}")
        child.send_signal(signal.SIGTERM)
        if child.wait(STOP_S) != 0:
            raise UsageError(f"passerby run did not end in order ({child.returncode}); its log: {last_line(log)}")
    return samples


def soak_report(samples: Sequence[Sample], out: Path, settings: tuple[tuple[str, str], ...]) -> Report:
    """Return the memory and the pictures of the cameras as a report."""
    seconds = samples[-1].at_s
    early, late = _median(samples, EARLY_S, EARLY_END_S), _median(samples, seconds - LATE_S, seconds + 1)
    growth = late - early if seconds >= EARLY_END_S + LATE_S and early and late else None
    spans = [(t, t + 5 * MIN_S) for t in range(0, int(seconds) + 1, int(5 * MIN_S))]
    medians = [_median(samples, a, b) for a, b in spans]
    minutes = [f"{a / MIN_S:g} to {b / MIN_S:g} min" for a, b in spans]
    return Report(
        suite="soak",
        title="Running for hours",
        settings=(("ran", f"{seconds / MIN_S:.1f} min"), *settings, ("commit", commit()), ("machine", machine())),
        tables=(
            Table("Memory", ("time", "median MB"), tuple(zip(minutes, medians, strict=True))),
            _cameras(out),
        ),
        charts=(Chart("Memory", "MB", tuple(minutes), (Series("resident", tuple(medians)),), MOST_MB),),
        aims=(
            Aim("soak.memory", "most memory", MOST_MB, max(s.rss_mb for s in samples), "MB"),
            Aim(
                "soak.growth",
                "median of the last 15 min over that of minutes 20 to 35",
                MOST_GROWTH_MB,
                growth,
                "MB",
            ),
        ),
    )


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


def _median(samples: Iterable[Sample], from_s: float, to_s: float) -> float | None:
    found = [s.rss_mb for s in samples if from_s <= s.at_s < to_s]
    return statistics.median(found) if found else None


def _rss_mb(child: Popen[bytes]) -> float:
    pages = Path(f"/proc/{child.pid}/statm").read_text("ascii").split()[1]
    return int(pages) * _PAGE / MB
