"""The processor and the memory that this process may use."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from passerby.app.doctor.finding import Finding, note, ok, problem

# The reference unit of the documentation.
REFERENCE_CORES, REFERENCE_GB = 2.0, 2.0
LEAST_FREE_GB = 0.5
# What the runtimes of the detector use: x86-64 and ARM64.
_WIDE = {"avx2", "asimd"}
_EIGHT_BIT = {"avx512_vnni", "avx_vnni", "asimddp"}
_GB = 1e9


def machine(root: Path = Path("/")) -> Iterator[Finding]:
    """Yield the findings; root: where /proc and /sys are."""
    yield _cores(root)
    yield _instructions(root)
    yield _memory(root)


def _cores(root: Path) -> Finding:
    usable = float(len(os.sched_getaffinity(0)))
    allowed = _cpu_limit(root)
    cores = usable if allowed is None else min(usable, allowed)
    what = f"{cores:g} processor cores, {platform.machine()}"
    if allowed is not None and allowed < usable:
        what += f" (the machine has {usable:g}, a control group allows {allowed:g})"
    if cores < REFERENCE_CORES:
        return note("processor", what, "analyse fewer cameras or fewer frames per second (analysis_fps)")
    return ok("processor", what)


def _cpu_limit(root: Path) -> float | None:
    """Return the cores that the control group (version 2) allows; None without a limit."""
    quota, _, period = (_text(root / "sys/fs/cgroup/cpu.max") or "max").partition(" ")
    return int(quota) / int(period) if quota.isdecimal() and period.strip().isdecimal() else None


def _instructions(root: Path) -> Finding:
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", _text(root / "proc/cpuinfo") or "", re.MULTILINE)
    if found is None:
        return ok("instructions", "unknown on this system")
    flags = set(found[1].split())
    if not flags & _WIDE:
        cure = "measure with passerby bench, and set analysis_fps lower or use a processor with AVX2"
        return note("instructions", "the processor has no AVX2, so the detector is slow", cure)
    if not flags & _EIGHT_BIT:
        return ok("instructions", f"{_named(flags & _WIDE)}; no instructions for 8-bit networks")
    return ok("instructions", _named(flags & (_WIDE | _EIGHT_BIT)))


def _named(flags: set[str]) -> str:
    return ", ".join(sorted(flags))


def _memory(root: Path) -> Finding:
    text = _text(root / "proc/meminfo") or ""
    sizes = {name: int(kb) * 1024 / _GB for name, kb in re.findall(r"^(\w+):\s+(\d+) kB$", text, re.MULTILINE)}
    total, free = sizes.get("MemTotal"), sizes.get("MemAvailable")
    if total is None or free is None:
        return ok("memory", "unknown on this system")
    limit = _text(root / "sys/fs/cgroup/memory.max") or ""
    allowed = min(total, int(limit) / _GB) if limit.isdecimal() else total
    what = f"{allowed:.1f} GB of memory, {min(free, allowed):.1f} GB free"
    if free < LEAST_FREE_GB:
        return problem("memory", what, "end other programs: a unit needs 0.5 GB and more for each camera")
    if allowed < REFERENCE_GB * 0.9:  # a machine of 2 GB reports somewhat less
        return note("memory", what, "analyse few cameras, or small streams (640x360)")
    return ok("memory", what)


def _text(path: Path) -> str | None:
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text("ascii").strip()
    return None
