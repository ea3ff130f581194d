"""Why pictures are written too slowly: the kernel accounts for waiting (pressure stall information)."""

from __future__ import annotations

import re
from pathlib import Path

PRESSURE = Path("/proc/pressure")
# Below this share of the last ten seconds, waiting explains nothing. Chosen by judgement.
LEAST_PERCENT = 10.0
PROCESSOR, DISK = "the processor of this unit is overloaded", "the disk is slow or blocked"
UNKNOWN = f"{DISK}, or {PROCESSOR}"


def cause(folder: Path = PRESSURE) -> str:
    """Return what is short, in words: processor or disk, or both if the kernel does not say."""
    waits = {_percent(folder / name): words for name, words in (("cpu", PROCESSOR), ("io", DISK))}
    longest = max(waits)
    return waits[longest] if longest >= LEAST_PERCENT else UNKNOWN


def _percent(path: Path) -> float:
    """Return for which share of the last ten seconds a program waited; 0 if the kernel does not say."""
    try:
        found = re.search(r"^some avg10=([\d.]+)", path.read_text("ascii"), re.M)
    except (OSError, ValueError):  # a kernel without it, or with it switched off
        return 0.0
    return float(found[1]) if found else 0.0
