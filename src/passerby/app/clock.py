"""This machine's clocks."""

from __future__ import annotations

import time


class SystemClock:
    """The real Clock."""

    def mono_ns(self) -> int:
        """See Clock."""
        return time.monotonic_ns()

    def utc_ns(self) -> int:
        """See Clock."""
        return time.time_ns()
