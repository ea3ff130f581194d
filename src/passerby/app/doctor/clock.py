"""Whether the clock is right: synchronised by the kernel's account, and not behind the newest record."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from datetime import UTC, datetime

from passerby.app.doctor.finding import Finding, note, ok, problem
from passerby.charts.wording import THIN, lasting
from passerby.store.utc import utc_text

# systemd regards a clock with a larger possible error as not synchronised, microseconds.
LARGEST_ERROR_US = 16_000_000
# No clock of a running unit is right before this version was written.
EARLIEST_MS = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
SLACK_MS = 60_000
_SYNCHRONISE = "synchronise it: timedatectl set-ntp true, or install chrony and name a time server of your network"


class _Timex(ctypes.Structure):
    """The first members of struct timex (adjtimex(2)), with space for the others."""

    _fields_ = (
        *(("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long)),
        *(("maxerror", ctypes.c_long), ("rest", ctypes.c_byte * 512)),
    )


def clock(now_ms: int, newest_ms: int | None, error_us: int | None) -> Iterator[Finding]:
    """Yield the findings; newest_ms: of the newest record; error_us: from `largest_error_us`."""
    now = utc_text(now_ms)
    if now_ms < EARLIEST_MS:
        yield problem("clock", f"the clock shows {now}", _SYNCHRONISE)
    if newest_ms is not None and now_ms < newest_ms - SLACK_MS:
        behind = lasting((newest_ms - now_ms) / 1000).replace(THIN, " ")
        what = f"the clock is {behind} behind the newest record of the results"
        yield problem("clock", what, f"{_SYNCHRONISE}; until then no file is removed by age")
    if error_us is None:
        yield note("clock", f"{now}; whether it is synchronised is unknown", "compare it with another clock")
    elif error_us >= LARGEST_ERROR_US:
        yield note("clock", f"{now}; it is not synchronised", _SYNCHRONISE)
    else:
        yield ok("clock", f"{now}, synchronised")


def largest_error_us() -> int | None:
    """Return the kernel's estimate of the largest error of the clock, microseconds; None where it has none."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "adjtimex"):
        return None
    state = _Timex()  # modes 0: only read
    return int(state.maxerror) if libc.adjtimex(ctypes.byref(state)) >= 0 else None
