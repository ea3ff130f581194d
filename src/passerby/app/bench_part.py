"""One measurement of `passerby bench` in its own process.

    python -m passerby.app.bench_part HOW VIDEO FPS [CONFIG]

HOW is decode (only that) or passerby: the work of one camera of `passerby run`, with redaction, recording, clips,
database and report, as fast as the video can be read. Prints processor time and memory as one JSON object.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import av

from passerby.app.camera_job import CameraJob
from passerby.app.clock import SystemClock
from passerby.app.detector_choice import chosen_detector
from passerby.app.jobs import plan_jobs
from passerby.app.probes import PROBES
from passerby.app.thread_times import thread_times
from passerby.camera.schedule import WallClock
from passerby.config.check import load_checked
from passerby.contracts.config import Camera, Unit
from passerby.evals.bench import BenchRun
from passerby.ingest.heap import keep_freed_pictures
from passerby.report.page import page_template
from passerby.store.results import ResultsStore
from passerby.unit.alarms.alarm_desk import AlarmDesk
from passerby.unit.alarms.alarming import UnitRecords
from passerby.unit.counting import Counting
from passerby.unit.recorder import Recorder, RecorderSettings


def decode_only(video: str) -> BenchRun:
    """Decode a video with one thread and do nothing with the pictures."""
    with av.open(video) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        began, frames, last_s = time.process_time(), 0, 0.0
        for frame in container.decode(stream):
            frames, last_s = frames + 1, frame.time or last_s
        cpu_s = time.process_time() - began
        seconds = last_s + 1 / float(stream.average_rate or 25)
    return BenchRun(cpu_s, seconds, frames, 0, _rss_mb())


def whole_camera(video: str, fps: float, config: Path | None) -> BenchRun:
    """Analyse a video as a camera of `passerby run`; the time excludes the start and loading the network."""
    unit = load_checked(config, probes=PROBES).unit if config else None
    camera = plan_jobs([video], unit, None, Path())[0].camera.model_copy(update={"analysis_fps": fps})
    unit = unit or Unit(station="bench", cameras=(camera,))
    keep_freed_pictures()
    with TemporaryDirectory(prefix="passerby-bench-") as folder:
        return _measured(unit, camera, Path(folder))


def _measured(unit: Unit, camera: Camera, folder: Path) -> BenchRun:
    detector = chosen_detector(unit)
    page_template()  # of the report; compiled once for each process
    clock = SystemClock()
    records = UnitRecords(Counting((camera,)), AlarmDesk(unit.alarms))
    with (
        ResultsStore(folder) as store,
        Recorder(store, records, settings=RecorderSettings(patient=True)) as recorder,
    ):
        job = CameraJob(
            camera, unit, folder, store, recorder, detector, clock, WallClock(unit.timezone), lambda: None,
            stage_clock=time.thread_time,
        )  # fmt: skip
        before_s, began = _runtime_cpu_s(), time.process_time()
        job.work(threading.Event())
        cpu_s, network_s = time.process_time() - began, _runtime_cpu_s() - before_s
        summary = json.loads((job.folder / "summary.json").read_text("utf-8"))
    frames, analysed = summary["frames"], max(1, summary["frames_analysed"])
    stages = {row["stage"]: row["mean_ms"] for row in summary["stages"] if row["stage"] != "frame"}
    stages["network"] = 1000 * network_s / analysed
    stages["other threads"] = max(0.0, 1000 * cpu_s / analysed - sum(stages.values()))
    return BenchRun(cpu_s, summary["seconds"], frames, analysed, _rss_mb(), stages)


def _runtime_cpu_s() -> float:
    """Return the processor time of the threads that Python does not know: those of the network's runtime."""
    return thread_times().get("", 0.0)


def _rss_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Run one measurement."""
    logging.basicConfig(level=logging.WARNING)
    how, video, fps, *config = sys.argv[1:]
    run = (
        decode_only(video)
        if how == "decode"
        else whole_camera(video, float(fps), Path(*config) if config else None)
    )
    sys.stdout.write(json.dumps(asdict(run)) + "\n")


if __name__ == "__main__":
    main()
