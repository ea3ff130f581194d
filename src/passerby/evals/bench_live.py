"""How many live cameras a machine carries: rates, latency, processor time and memory of a unit, as a report."""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from passerby.evals.origin import commit, machine
from passerby.evals.result import Aim, Report, Table

# What a unit promises with 16 cameras: seconds from picture to event, and memory.
MOST_LATENCY_S, MOST_MB = 1.0, 1400.0
# A camera has its rate if it reaches this fraction of it.
REACHED = 0.9


@dataclass(frozen=True, slots=True)
class LiveBench:
    """A unit with live cameras for `seconds`.

    cpu_s: processor time. rate_share: smallest share of the rates above the floors that the scheduler gave.
    rates_fps, decoded_fps: analysed and decoded frames per second, by camera. latencies_s: from the picture to its
    events at the recorder, of every analysed frame.
    """

    seconds: float
    cpu_s: float
    rss_mb: float
    rate_share: float
    rates_fps: Mapping[str, float]
    decoded_fps: Mapping[str, float]
    latencies_s: Sequence[float]

    @property
    def p95_s(self) -> float | None:
        """The 95th percentile of the latencies; None without an analysed frame."""
        return float(np.percentile(self.latencies_s, 95)) if len(self.latencies_s) else None


def live_report(found: LiveBench, fps: float, videos: Sequence[str]) -> Report:
    """Return the report of `passerby bench --cameras`. fps: full rate of each camera; videos: their names."""
    cameras = len(found.rates_fps)
    ms = 1000 * found.cpu_s / found.seconds / max(1, cameras)
    busy = found.cpu_s / found.seconds / (os.cpu_count() or 1)
    slow = sum(rate < REACHED * fps for rate in found.rates_fps.values())
    rates, decoded = list(found.rates_fps.values()) or [0.0], list(found.decoded_fps.values()) or [0.0]
    rows = (
        ("cameras", cameras, ""),
        ("analysed frames per camera, median", statistics.median(rates), "frames/s"),
        ("analysed frames, slowest camera", min(rates), "frames/s"),
        ("decoded frames, slowest camera", min(decoded), "frames/s"),
        ("cameras below their full rate", slow, ""),
        ("least share of the rates above the floors", found.rate_share, ""),
        ("latency of a frame, median", statistics.median(found.latencies_s or [0.0]), "s"),
        ("latency of a frame, 95th percentile", found.p95_s, "s"),
        ("processor time per camera-second", ms, "ms"),
        ("share of all processors", busy, ""),
        ("largest memory", found.rss_mb, "MB"),
    )
    return Report(
        suite="bench-live",
        title="Live cameras on this machine",
        settings=(
            ("videos", ", ".join(videos)),
            ("full rate", f"{fps:g} frames/s"),
            ("measured", f"{found.seconds:.0f} s"),
            ("commit", commit()),
            ("machine", machine()),
        ),
        tables=(
            Table(
                "A unit",
                ("figure", "value", "unit"),
                rows,
                "A camera without people is analysed at its idle rate. The console is not running.",
            ),
        ),
        aims=(
            Aim("bench.live.latency", "latency of a frame, 95th percentile", MOST_LATENCY_S, found.p95_s, "s"),
            Aim("bench.live.memory", "largest memory", MOST_MB, found.rss_mb, "MB"),
        ),
    )
