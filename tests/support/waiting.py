"""Waiting for a state. How fast a machine is, and what else it does, decides no test."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

# Longer than anything here takes on a machine that is busy with other work; only a test that fails waits for it.
PATIENCE_S = 120.0


def until(true: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    """Wait until it is true."""
    end_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end_s, "it did not come to that in time"
        time.sleep(0.02)


def ended(child: subprocess.Popen[bytes]) -> int:
    """Wait for the end of a program and return its exit status."""
    return child.wait(PATIENCE_S)
