"""One measurement of `passerby bench --cameras` in its own process.

    python -m passerby.app.bench_live CAMERAS SECONDS FPS CONFIG VIDEO...

Runs a unit with live cameras that play the videos in real time, each the next of them, and prints rates, latency,
processor time and memory as one JSON object. CONFIG is "-" for cameras without zones and rules.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from passerby.app.clock import SystemClock
from passerby.app.detector_choice import chosen_detector
from passerby.app.probes import PROBES
from passerby.app.process import switch_often
from passerby.app.running_unit import RunningUnit
from passerby.app.thread_times import thread_times
from passerby.app.unit_file import UnitFile
from passerby.config.check import load_checked
from passerby.contracts.config import Camera, Unit
from passerby.contracts.events import Gap
from passerby.contracts.time import Clock
from passerby.evals.bench_live import LiveBench
from passerby.ingest.heap import keep_freed_pictures
from passerby.ingest.played import PlayedVideo
from passerby.ingest.reconnect import LiveSource
from passerby.ingest.source import IsIdle, Losses, SourceInfo, Wants, every_frame, never_idle
from passerby.ingest.substream import Substream
from passerby.pixels.frame import RawFrame
from passerby.store.results import ResultsStore
from passerby.vision.shared import SharedDetector

# The cameras have no address; this one cannot exist (RFC 2606), and nothing connects to it.
ADDRESS = "rtsp://played.invalid/"
# Each camera starts at a later share of its video, so that not all have the same pictures and key frames at the
# same time: the golden ratio, whose multiples fill one evenly.
APART = 0.618
# The start is not measured, seconds: connections, first pictures, learning of the place, and the time until
# the cameras of empty places rest and the others have their full rates again.
WARM_UP_S = 60.0
# Latencies of the last frames of a camera.
_KEPT = 20_000
_PAGE = resource.getpagesize()


@dataclass(slots=True)
class TimedSource:
    """A live camera's frames, with the time from the decoded picture to the end of its analysis.

    The loop asks for the next frame when the events of the last one are with the recorder, which commits them in
    at most 0.1 s.
    """

    source: LiveSource
    latencies_s: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))

    @property
    def losses(self) -> Losses:
        """See FrameSource."""
        return self.source.losses

    @property
    def notes(self) -> tuple[str, ...]:
        """See FrameSource."""
        return self.source.notes

    def open(self) -> SourceInfo:
        """See FrameSource."""
        return self.source.open()

    def frames(
        self, stop: threading.Event, wants: Wants = every_frame, is_idle: IsIdle = never_idle
    ) -> Iterator[RawFrame | Gap]:
        """See FrameSource."""
        for item in self.source.frames(stop, wants, is_idle):
            arrived_ns = item.at.utc_ns if isinstance(item, RawFrame) else None
            yield item
            if arrived_ns is not None:
                self.latencies_s.append((time.time_ns() - arrived_ns) / 1e9)

    def close(self) -> None:
        """See FrameSource."""
        self.source.close()


class _Cameras:
    """Makes the sources of the cameras and keeps them for their figures."""

    def __init__(self, videos: Sequence[str]) -> None:
        self._videos = videos
        self.sources: dict[str, TimedSource] = {}

    def opened(self, source: str, camera: str, *, clock: Clock, substream: Substream | None = None) -> TimedSource:
        """Return the source at an address of `ADDRESS`; its last part is the number of the camera."""
        assert substream is None
        number = int(source.removeprefix(ADDRESS))
        video, part = self._videos[number % len(self._videos)], number * APART % 1
        live = LiveSource(source, camera, clock, connect=lambda *_: PlayedVideo(video, part))
        self.sources[camera] = TimedSource(live)
        return self.sources[camera]


def measure(cameras: int, seconds: float, fps: float, config: Path | None, videos: Sequence[str]) -> LiveBench:
    """Run a unit for `seconds` after its start and return its figures."""
    unit = load_checked(config, probes=PROBES).unit if config else None
    model = unit.cameras[0] if unit and unit.cameras else Camera(name="camera", source=ADDRESS)
    changes = [{"name": f"camera-{n + 1}", "source": f"{ADDRESS}{n}", "analysis_fps": fps} for n in range(cameras)]
    made = tuple(model.model_copy(update=change) for change in changes)
    unit = (unit or Unit(station="bench", cameras=made)).model_copy(update={"cameras": made})
    keep_freed_pictures()
    switch_often()
    detector = chosen_detector(unit)
    played, stop = _Cameras(videos), threading.Event()
    with (
        TemporaryDirectory(prefix="passerby-bench-") as folder,
        ResultsStore(Path(folder)) as store,
        SharedDetector(detector, os.cpu_count() or 1) as shared,
    ):
        running = RunningUnit(unit, Path(folder), store, shared, SystemClock(), opener=played.opened)
        file = UnitFile(Path(folder) / "unit.yaml", store)
        thread = threading.Thread(target=running.run, args=(stop, threading.Event(), file), daemon=True)
        thread.start()
        found = _watched(running, played, seconds)
        stop.set()
        thread.join()
    return found


def _watched(running: RunningUnit, played: _Cameras, seconds: float) -> LiveBench:
    time.sleep(WARM_UP_S)
    before = {figures.camera: figures for figures in running.figures()}
    for source in dict(played.sources).values():
        source.latencies_s.clear()
    threads_s = thread_times()
    began_s, cpu_s, rss_mb, share = time.monotonic(), time.process_time(), 0.0, 1.0
    while (passed_s := time.monotonic() - began_s) < seconds:
        time.sleep(min(1.0, seconds - passed_s + 0.01))
        rss_mb, share = max(rss_mb, _rss_mb()), min(share, running.rate_share)
    cpu_s, passed_s = time.process_time() - cpu_s, time.monotonic() - began_s
    threads_s = {name: s - threads_s.get(name, 0.0) for name, s in thread_times().items()}
    after = {figures.camera: figures for figures in running.figures() if figures.camera in before}
    latencies = [s for source in played.sources.values() for s in list(source.latencies_s)]
    return LiveBench(
        seconds=passed_s,
        cpu_s=cpu_s,
        rss_mb=rss_mb,
        rate_share=share,
        rates_fps={n: (f.frames_analysed - before[n].frames_analysed) / passed_s for n, f in after.items()},
        decoded_fps={n: (f.frames - before[n].frames) / passed_s for n, f in after.items()},
        latencies_s=tuple(round(s, 4) for s in latencies),
        threads_s=threads_s,
    )


def _rss_mb() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE / (1 << 20)


def main() -> None:
    """Run one measurement."""
    logging.basicConfig(level=logging.WARNING)
    cameras, seconds, fps, config, *videos = sys.argv[1:]
    found = measure(int(cameras), float(seconds), float(fps), None if config == "-" else Path(config), videos)
    sys.stdout.write(json.dumps(asdict(found)) + "\n")


if __name__ == "__main__":
    main()
