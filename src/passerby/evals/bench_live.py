"""How many live cameras a machine carries: rates, latency, processor time and memory of a unit, as a report."""

from __future__ import annotations

import os
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from passerby.evals.origin import commit, machine
from passerby.evals.result import Aim, Cell, Report, Table

# What a unit promises with 16 cameras: seconds from picture to event, and memory.
MOST_LATENCY_S, MOST_MB = 1.0, 1400.0
# Kinds of work by the beginning of a thread's name. "camera reader" before the others of a camera.
WORKS = {
    "camera reader": "demultiplexing and decoding",
    "camera ": "conversion, tracking, scene, rules, redaction",
    "detector": "detector, with its network on ONNX Runtime",
    "video": "encoding of the recording",
    "clip": "encoding of clips",
    "still": "encoding of stills",
    "recorder": "recorder and database",
    "store": "recorder and database",
}
NETWORK, REST = "threads of the network's runtime (OpenVINO)", "everything else"
# The reference unit: milliseconds of two cores in a second.
UNIT_MS = 2000.0
# A camera has its rate if it reaches this fraction of it.
REACHED = 0.9


@dataclass(frozen=True, slots=True)
class LiveBench:
    """A unit with live cameras for `seconds`.

    cpu_s: processor time. rate_share: smallest share of the rates above the floors that the scheduler gave.
    rates_fps, decoded_fps: analysed and decoded frames per second, by camera. latencies_s: from the picture to its
    events at the recorder, of every analysed frame. threads_s: processor time by the name of the thread, "" for
    those of the network's runtime; threads that ended meanwhile are not in it. rss_mb: sum of the resident memory
    of all processes, where pages of several processes count for each; pss_mb: the same, where they count once.
    processes: that of the unit and those of the cameras.
    """

    seconds: float
    cpu_s: float
    rss_mb: float
    rate_share: float
    rates_fps: Mapping[str, float]
    decoded_fps: Mapping[str, float]
    latencies_s: Sequence[float]
    threads_s: Mapping[str, float] = field(default_factory=dict)
    pss_mb: float = 0.0
    processes: int = 1

    @property
    def p95_s(self) -> float | None:
        """The 95th percentile of the latencies; None without an analysed frame."""
        return float(np.percentile(self.latencies_s, 95)) if len(self.latencies_s) else None

    @property
    def camera_seconds(self) -> float:
        """Seconds of all cameras together."""
        return self.seconds * max(1, len(self.rates_fps))

    @property
    def works_ms(self) -> dict[str, float]:
        """Processor time per camera-second by kind of work, ms; the most first."""
        found: defaultdict[str, float] = defaultdict(float)
        for name, cpu_s in self.threads_s.items():
            found[work_of(name)] += 1000 * cpu_s / self.camera_seconds
        found[REST] += 1000 * self.cpu_s / self.camera_seconds - sum(found.values())
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def work_of(thread: str) -> str:
    """Return the kind of work of a thread, by its name."""
    if not thread:
        return NETWORK
    return next((work for start, work in WORKS.items() if thread.startswith(start)), REST)


def live_report(found: LiveBench, fps: float, videos: Sequence[str]) -> Report:
    """Return the report of `passerby bench --cameras`. fps: full rate of each camera; videos: their names."""
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
                _unit_rows(found, fps),
                "A camera without people rests: it is analysed at its idle rate, and its key frames alone are "
                "decoded. The console is not running. The number for two free cores is computed, not tried: "
                "2000 ms divided by the processor time per camera-second; it holds only if the cameras had their "
                "rates. The largest memory is the sum of the resident memory of all processes; the line after it "
                "counts pages of several programs once (PSS).",
            ),
            Table(
                "Processor time by kind of work",
                ("work", "ms per camera-second"),
                tuple(found.works_ms.items()),
                "By threads; those that ended meanwhile are in everything else.",
            ),
        ),
        aims=(
            Aim("bench.live.latency", "latency of a frame, 95th percentile", MOST_LATENCY_S, found.p95_s, "s"),
            Aim("bench.live.memory", "largest memory", MOST_MB, found.rss_mb, "MB"),
        ),
    )


def _unit_rows(found: LiveBench, fps: float) -> tuple[tuple[Cell, ...], ...]:
    cameras = len(found.rates_fps)
    ms = 1000 * found.cpu_s / found.camera_seconds
    busy = found.cpu_s / found.seconds / (os.cpu_count() or 1)
    rates = [rate for name, rate in found.rates_fps.items() if found.decoded_fps[name] >= fps]
    decoded = list(found.decoded_fps.values())
    return (
        ("cameras", cameras, ""),
        ("of these not at rest", len(rates), ""),
        ("analysed frames of a camera not at rest, median", statistics.median(rates or [0.0]), "frames/s"),
        ("analysed frames of a camera not at rest, least", min(rates, default=0.0), "frames/s"),
        ("decoded frames, slowest camera", min(decoded, default=0.0), "frames/s"),
        ("cameras not at rest below their full rate", sum(rate < REACHED * fps for rate in rates), ""),
        ("least share of the rates above the floors", found.rate_share, ""),
        ("latency of a frame, median", statistics.median(found.latencies_s or [0.0]), "s"),
        ("latency of a frame, 95th percentile", found.p95_s, "s"),
        ("processor time per camera-second", ms, "ms"),
        ("share of all processors", busy, ""),
        ("cameras that two free cores would carry at this cost", UNIT_MS / ms if ms else None, ""),
        ("processes", found.processes, ""),
        ("largest memory", found.rss_mb, "MB"),
        ("largest memory, pages of several processes counted once", found.pss_mb, "MB"),
    )
