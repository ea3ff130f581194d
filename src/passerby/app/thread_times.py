"""Processor time of this process by thread."""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path

_TASKS = Path("/proc/self/task")
_TICK_S = 0.01


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
