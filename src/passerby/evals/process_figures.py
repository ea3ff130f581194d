"""Memory, threads and open descriptors of a process while an evaluation runs (Linux)."""

from __future__ import annotations

import resource
import statistics
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from passerby.contracts.closing import Closing

_PAGE, _MB = resource.getpagesize(), 1024 * 1024
EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """rss_mb: resident memory. threads: also those of libraries. descriptors: open files and sockets."""

    rss_mb: float
    threads: int
    descriptors: int


def process_figures(pid: int | None = None) -> ProcessFigures:
    """Return the present figures of a process; of this one without `pid`."""
    process = Path("/proc", "self" if pid is None else str(pid))
    rss = int(process.joinpath("statm").read_text("ascii").split()[1]) * _PAGE / _MB
    # The folder itself is open in this process while it is listed.
    return ProcessFigures(rss, _entries(process / "task"), _entries(process / "fd") - (pid is None))


def _entries(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


class MemorySampler(Closing):
    """Reads the memory of this process every EVERY_S in a thread until it is closed."""

    def __init__(self) -> None:
        self.samples_mb: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memory", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; may be called twice."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            self.samples_mb.append(process_figures().rss_mb)


def growth_mb(samples_mb: Sequence[float]) -> float | None:
    """Return the median of the last quarter minus that of the second quarter; None for fewer than 60 samples."""
    quarter = len(samples_mb) // 4
    if quarter < 15:
        return None
    early, late = samples_mb[quarter : 2 * quarter], samples_mb[-quarter:]
    return statistics.median(late) - statistics.median(early)
