"""Clocks for tests."""

from __future__ import annotations

import time


class FakeClock:
    """Stands still until told to `pass_s`. The wall clock may be set apart from the other."""

    def __init__(self, utc_s: float = 1_800_000_000.0) -> None:
        self.now_ns = 5_000_000_000
        self.utc_ahead_ns = round(utc_s * 1e9) - self.now_ns

    def mono_ns(self) -> int:
        return self.now_ns

    def utc_ns(self) -> int:
        return self.now_ns + self.utc_ahead_ns

    def sleep(self, seconds: float) -> None:
        self.pass_s(seconds)

    def pass_s(self, seconds: float) -> None:
        self.now_ns += round(seconds * 1e9)


class MachineClock:
    """This machine's clocks."""

    def mono_ns(self) -> int:
        return time.monotonic_ns()

    def utc_ns(self) -> int:
        return time.time_ns()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
