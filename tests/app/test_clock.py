from __future__ import annotations

import time

from passerby.app.clock import SystemClock


def test_one_clock_never_jumps_and_the_other_is_the_walls() -> None:
    clock = SystemClock()
    before_ns, wall_ns = clock.mono_ns(), clock.utc_ns()
    time.sleep(0.01)
    assert 10_000_000 <= clock.mono_ns() - before_ns < 2_000_000_000
    assert abs(wall_ns / 1e9 - time.time()) < 2.0
