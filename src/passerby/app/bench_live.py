"""One measurement of `passerby bench --cameras` in its own process.

    python -m passerby.app.bench_live CAMERAS PROCESSES SECONDS FPS CONFIG VIDEO...

Runs a unit with live cameras that play the videos in real time, each the next of them, and prints rates, latency,
processor time and memory of all processes as one JSON object. CONFIG is "-" for cameras without zones and rules.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from passerby.app.clock import SystemClock
from passerby.app.detector_choice import chosen_detector, model_choice
from passerby.app.placement.child import ChildSettings
from passerby.app.placement.placed_cameras import PlacedCameras
from passerby.app.placement.process_groups import ProcessGroup, ProcessGroups
from passerby.app.placement.remote_group import even
from passerby.app.played_cameras import ADDRESS, PlayedCameras
from passerby.app.probes import PROBES
from passerby.app.process import switch_often
from passerby.app.running_unit import RunningUnit
from passerby.app.thread_times import Usage, usage
from passerby.app.unit_file import UnitFile
from passerby.config.check import load_checked
from passerby.contracts.config import Camera, Unit
from passerby.evals.bench_live import LiveBench
from passerby.ingest.heap import keep_freed_pictures
from passerby.store.results import ResultsStore
from passerby.vision.shared import SharedDetector

# The start is not measured, seconds: connections, first pictures, learning of the place, and the time until
# the cameras of empty places rest and the others have their full rates again.
WARM_UP_S = 60.0


@dataclass(slots=True)
class _Processes:
    """Makes the processes of a unit, and adds up what all of them use."""

    groups: ProcessGroups
    made: list[ProcessGroup] = field(default_factory=list)

    def make(self, unit: Unit) -> ProcessGroup:
        """See MakeGroup."""
        self.made.append(self.groups.make(unit))
        return self.made[-1]

    def usage(self) -> Usage:
        """Return the sums of all processes, with this one."""
        used = [usage(), *(group.usage() for group in self.made)]
        threads_s = defaultdict[str, float](float)
        for one in used:
            for name, cpu_s in one.threads_s.items():
                threads_s[name] += cpu_s
        rss_mb, pss_mb = sum(one.rss_mb for one in used), sum(one.pss_mb for one in used)
        return Usage(sum(one.cpu_s for one in used), rss_mb, pss_mb, threads_s)


def measure(
    cameras: int, processes: int, seconds: float, fps: float, config: Path | None, videos: Sequence[str]
) -> LiveBench:
    """Run a unit for `seconds` after its start and return its figures."""
    unit = _unit(cameras, fps, config)
    keep_freed_pictures()
    switch_often()
    stop = threading.Event()
    with (
        TemporaryDirectory(prefix="passerby-bench-") as folder,
        TemporaryDirectory(prefix="passerby-bench-") as noted,
        ResultsStore(Path(folder)) as store,
        SharedDetector(chosen_detector(unit), os.cpu_count() or 1) as shared,
    ):
        played = PlayedCameras(tuple(videos), Path(noted))
        choice = model_choice(unit, None, None, None, None)
        measured = _Processes(ProcessGroups(ChildSettings(choice, played, Path(folder), logging.WARNING)))
        running = RunningUnit(unit, Path(folder), store, shared, SystemClock(), opener=played)
        if processes > 1:
            running.cameras.placed = PlacedCameras(measured.make, Path(folder), even(processes))
        file = UnitFile(Path(folder) / "unit.yaml", store)
        thread = threading.Thread(target=running.run, args=(stop, threading.Event(), file), daemon=True)
        thread.start()
        time.sleep(WARM_UP_S)
        began_s = time.monotonic()
        found = _watched(running, measured, seconds)
        ended_s = time.monotonic()
        stop.set()
        thread.join()
        latencies_s = played.latencies_s(began_s, ended_s)
    return replace(found, latencies_s=tuple(round(s, 4) for s in latencies_s))


def _unit(cameras: int, fps: float, config: Path | None) -> Unit:
    unit = load_checked(config, probes=PROBES).unit if config else None
    model = unit.cameras[0] if unit and unit.cameras else Camera(name="camera", source=ADDRESS)
    changes = [{"name": f"camera-{n + 1}", "source": f"{ADDRESS}{n}", "analysis_fps": fps} for n in range(cameras)]
    made = tuple(model.model_copy(update=change) for change in changes)
    return (unit or Unit(station="bench", cameras=made)).model_copy(update={"cameras": made})


def _watched(running: RunningUnit, measured: _Processes, seconds: float) -> LiveBench:
    """Return the figures of the next seconds, without the latencies."""
    before, used = {figures.camera: figures for figures in running.figures()}, measured.usage()
    began_s, now, share = time.monotonic(), used, 1.0
    rss_mb = pss_mb = 0.0
    while (passed_s := time.monotonic() - began_s) < seconds:
        time.sleep(min(1.0, seconds - passed_s + 0.01))
        now, share = measured.usage(), min(share, running.rate_share)
        rss_mb, pss_mb = max(rss_mb, now.rss_mb), max(pss_mb, now.pss_mb)
    passed_s = time.monotonic() - began_s
    after = {figures.camera: figures for figures in running.figures() if figures.camera in before}
    return LiveBench(
        seconds=passed_s,
        cpu_s=now.cpu_s - used.cpu_s,
        rss_mb=rss_mb,
        rate_share=share,
        rates_fps={n: (f.frames_analysed - before[n].frames_analysed) / passed_s for n, f in after.items()},
        decoded_fps={n: (f.frames - before[n].frames) / passed_s for n, f in after.items()},
        latencies_s=(),
        threads_s={name: s - used.threads_s.get(name, 0.0) for name, s in now.threads_s.items()},
        pss_mb=pss_mb,
        processes=1 + len(measured.made),
    )


def main() -> None:
    """Run one measurement."""
    logging.basicConfig(level=logging.WARNING)
    cameras, processes, seconds, fps, config, *videos = sys.argv[1:]
    path = None if config == "-" else Path(config)
    found = measure(int(cameras), int(processes), float(seconds), float(fps), path, videos)
    sys.stdout.write(json.dumps(asdict(found)) + "\n")


if __name__ == "__main__":
    main()
