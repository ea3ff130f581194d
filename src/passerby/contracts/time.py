"""Two clocks in one value: monotonic time and wall-clock time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

NS_PER_S = 1_000_000_000


class TimeSource(StrEnum):
    """The source of a frame's wall-clock time."""

    RECORDING = "recording"  # no wall clock: only seconds since the first frame
    RTCP = "rtcp"  # the camera's own clock, from an RTCP sender report
    ARRIVAL = "arrival"  # this machine's clock when the frame arrived


@dataclass(frozen=True, slots=True)
class Timestamp:
    """The time of a frame.

    mono_ns: whole nanoseconds since the first frame of this camera's session; the only base for durations.
    utc_ns: nanoseconds since 1970 UTC, for evidence only; None for a recording.
    utc_err_ms: possible error of utc_ns; None if unknown. Raises TypeError for a time that is no whole number.
    """

    mono_ns: int
    utc_ns: int | None = None
    utc_err_ms: float | None = None
    source: TimeSource = TimeSource.RECORDING

    def __post_init__(self) -> None:
        for name, value in (("mono_ns", self.mono_ns), ("utc_ns", self.utc_ns)):
            if value is not None and not isinstance(value, int | np.integer):
                raise TypeError(f"{name} is {value!r}: give whole nanoseconds, for seconds s: round(1e9 * s)")

    @property
    def s(self) -> float:
        """Seconds since the first frame."""
        return self.mono_ns / NS_PER_S

    @property
    def utc(self) -> str | None:
        """The wall clock as RFC 3339 with milliseconds, or None."""
        if self.utc_ns is None:
            return None
        return _rfc3339(np.datetime64(self.utc_ns // 1_000_000, "ms"))

    def since_s(self, earlier: Timestamp) -> float:
        """Seconds from `earlier` to this."""
        return (self.mono_ns - earlier.mono_ns) / NS_PER_S


def later(utc: str | None, seconds: float) -> str | None:
    """Return the wall clock (RFC 3339 in UTC) `seconds` after `utc`; None if there is none."""
    if utc is None:
        return None
    return _rfc3339(np.datetime64(utc.removesuffix("Z"), "ms") + np.timedelta64(round(1000 * seconds), "ms"))


def _rfc3339(moment: np.datetime64) -> str:
    return f"{np.datetime_as_string(moment)}Z"


class Clock(Protocol):
    """This machine's clocks, replaceable in tests."""

    def mono_ns(self) -> int:
        """Nanoseconds of a clock that never jumps."""
        ...

    def utc_ns(self) -> int:
        """Nanoseconds since 1970 UTC."""
        ...
