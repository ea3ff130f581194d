from __future__ import annotations

import time

from passerby.app.clock import SystemClock


def test_one_clock_never_jumps_and_the_other_is_the_walls() -> None:
    clock = SystemClock()
    assert time.monotonic_ns() <= clock.mono_ns() <= time.monotonic_ns()
    assert time.time_ns() <= clock.utc_ns() <= time.time_ns()
