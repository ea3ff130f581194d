"""Processor time and memory of this process, the time also by thread."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TASKS = Path("/proc/self/task")
_MEMORY = Path("/proc/self/smaps_rollup")
_TICK_S = 0.01


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor time since the start, seconds, also by thread; memory (resident set) and, of it, the share of the
    pages that other processes use as well (PSS), MB; 0 on a system without /proc."""

    cpu_s: float
    rss_mb: float
    pss_mb: float
    threads_s: Mapping[str, float]


def usage() -> Usage:
    """Return the usage of this process so far."""
    return Usage(time.process_time(), _memory_mb("Rss"), _memory_mb("Pss"), thread_times())


def _memory_mb(name: str) -> float:
    lines = _MEMORY.read_text("ascii").splitlines() if _MEMORY.is_file() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), 0.0)


def thread_times() -> dict[str, float]:
    """Return the processor time of the running threads, seconds, by the name of the thread in Python.

    "" are those that Python does not know: of the network's runtime and of libav. Empty on a system without /proc.
    """
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    found: defaultdict[str, float] = defaultdict(float)
    for task in _TASKS.iterdir() if _TASKS.is_dir() else ():
        found[names.get(int(task.name), "")] += _cpu_s(task)
    return found


def _cpu_s(task: Path) -> float:
    try:
        user, system = (task / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[11:13]
    except OSError:  # the thread has ended
        return 0.0
    return (int(user) + int(system)) * _TICK_S
