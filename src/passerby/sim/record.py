"""Renders a scenario into a folder: video, truth and unit.yaml. One seed gives the same bytes on one machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from passerby.contracts.errors import UsageError
from passerby.pixels.frame import U8
from passerby.sim.ledger import Ledger
from passerby.sim.station import Station, camera_of
from passerby.sim.truthfiles import TRUTH_FILES, TruthFiles, camera_summary, summary_of
from passerby.sim.unitfile import unit_config, unit_yaml

TICKS = 90_000
VIDEO, UNIT = "video.mp4", "unit.yaml"
FILES = (VIDEO, UNIT, *TRUTH_FILES)
"""The names of the files that `record` writes."""
# The last part of a recording computes the truth: 9 % of the processor time of 8 s of `platform` at 1920x1080.
TRUTH_SHARE = 0.1
Progress = Callable[[float], None]
"""Takes the finished share of a recording, 0 to 1."""


class VideoFile:
    """H.264 in MP4 with exact frame times; one thread and fixed settings, so that the bytes repeat."""

    def __init__(self, path: Path, size_px: tuple[int, int], fps: float, quality: int) -> None:
        self._container = av.open(str(path), "w", options={"fflags": "+bitexact"})
        stream = self._container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
        stream.width, stream.height = size_px
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS)
        stream.codec_context.thread_count = 1
        stream.options = {"preset": "veryfast", "crf": str(quality), "flags": "+bitexact", "bf": "0", "g": "50"}
        self._stream = stream

    def write(self, bgr: U8, t_s: float) -> None:
        """Add a frame."""
        frame = av.VideoFrame.from_ndarray(bgr, format="bgr24")
        frame.pts, frame.time_base = round(t_s * TICKS), Fraction(1, TICKS)
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Finish the file."""
        self._container.mux(self._stream.encode(None))
        self._container.close()


@dataclass(frozen=True, slots=True)
class SimRecording:
    """The written output of one camera: its folder, its frames, and its ledger."""

    camera: str
    folder: Path
    frames: int
    ledger: Ledger


def record(
    station: Station, camera: str, folder: Path, seconds: float, *,
    size_px: tuple[int, int] | None = None, quality: int = 23, progress: Progress | None = None,
    from_s: float = 0.0,
) -> SimRecording:  # fmt: skip
    """Render one camera into `folder`, from `from_s` to `seconds`. Raises UsageError if it cannot be written.

    The times in the truth files are those of the scenario; the video begins at 0.
    """
    model = station.model(camera)
    model = model.model_copy(update={"size_px": size_px or model.size_px})
    lens = camera_of(model)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        video = VideoFile(folder / VIDEO, model.size_px, model.fps, quality)
        files = TruthFiles(folder)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error}); give another --out") from None
    total, number = round((seconds - from_s) * model.fps), 0
    frames = station.frames(camera, seconds, size_px=size_px, from_s=from_s)
    for number, (sent_s, bgr, truth) in enumerate(frames, start=1):
        video.write(bgr, sent_s - from_s)
        files.frame(number, sent_s, truth)
        if progress is not None:
            progress((1 - TRUTH_SHARE) * min(number / total, 1.0))
    video.close()
    ledger = watch(station, camera, seconds, files, size_px, _last_part(progress), from_s)
    unit = unit_config(station.scenario, model, lens, VIDEO)
    (folder / UNIT).write_text(unit_yaml(unit), encoding="utf-8")
    return SimRecording(camera, folder, number, ledger)


def _last_part(progress: Progress | None) -> Progress | None:
    return None if progress is None else lambda share: progress(1 - TRUTH_SHARE * (1 - share))


def watch(
    station: Station,
    camera: str,
    seconds: float,
    files: TruthFiles | None = None,
    size_px: tuple[int, int] | None = None,
    progress: Progress | None = None,
    from_s: float = 0.0,
) -> Ledger:
    """The events in view of one camera, without a picture; with `files`, written to them. from_s: begin there."""
    scenario, model = station.scenario, station.model(camera)
    lens = camera_of(model, size_px)
    ledger = Ledger.of(scenario, model, lens)
    world = station.world(seconds)
    snapshot = world.at(from_s)
    steps = range(round(from_s * model.fps), round(seconds * model.fps))
    for k in steps:
        snapshot = world.at(k / model.fps)
        ledger.add(snapshot)
        if files is not None:
            files.moment(snapshot)
        if progress is not None:
            progress((k + 1 - steps.start) / len(steps))
    if files is not None:
        summary = camera_summary(scenario, model.model_copy(update={"size_px": lens.size_px}), lens)
        files.close(
            summary_of(scenario, station.seed, seconds, summary, ledger, world.people, snapshot.bags), ledger
        )
    return ledger
