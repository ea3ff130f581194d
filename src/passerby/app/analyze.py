"""`passerby analyze`: analyse recorded video."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from passerby.app.check import picture_wh
from passerby.app.clock import SystemClock
from passerby.app.departures import departures_of, needs_clock, recording_clock
from passerby.app.detector_choice import chosen_detector
from passerby.app.jobs import Job, plan_jobs, split_by_name
from passerby.app.options import JsonOption, ModelInputOption, ModelOption, RuntimeOption, ScoreOption
from passerby.app.probes import PROBES
from passerby.app.results import recorded, summary_data, with_samples, write_results
from passerby.app.stopping import stop_on_signals
from passerby.app.terminal import print_summary, progress_bar
from passerby.app.two_pass import Passes, passes
from passerby.camera.ids import fingerprint, recording_ids
from passerby.camera.loop import CameraLoop, CameraServices
from passerby.camera.outputs import Outputs
from passerby.camera.schedule import WallClock
from passerby.camera.state import CameraPorts
from passerby.camera.trace import Trace
from passerby.charts.wording import several
from passerby.config.check import load_checked
from passerby.config.scale import same_shape
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import CalibrationError, InputError, PasserbyError, UsageError
from passerby.contracts.occupancy import Occupancy
from passerby.contracts.results import Summary
from passerby.contracts.settings import AlarmPolicy, Evidence
from passerby.evidence.clips import clips_of
from passerby.evidence.still import Stills
from passerby.evidence.video import RedactedVideo
from passerby.ingest.open import open_source
from passerby.store.results import ResultsStore
from passerby.store.results_folder import refuse_foreign, remove_old
from passerby.unit.alarms.alarm_desk import AlarmDesk
from passerby.unit.alarms.alarming import UnitRecords
from passerby.unit.counting import Counting
from passerby.unit.recorder import Recorder, RecorderSettings
from passerby.unit.summary import Circumstances, summarise
from passerby.vision.detector import Detector

INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class AnalyzeSettings:
    """The settings that apply to all videos of one call."""

    station: str
    detector: Detector
    assumed_fps: float | None = None
    analysis_fps: float | None = None
    video: bool = True
    trace: bool = False
    quiet: bool = False
    alarms: AlarmPolicy = field(default_factory=AlarmPolicy)
    evidence: Evidence = field(default_factory=Evidence)
    places: tuple[Occupancy, ...] = ()
    clock: WallClock = field(default_factory=WallClock)
    two_pass: bool = False

    @classmethod
    def of(cls, unit: Unit | None, detector: Detector, clock: WallClock, **more: Any) -> AnalyzeSettings:
        """Return the settings of a unit, or the defaults; `more`: the other fields."""
        if unit is None:
            return cls("passerby", detector, clock=clock, **more)
        own = cls(unit.station, detector, clock=clock, **more)
        return replace(own, alarms=unit.alarms, evidence=unit.evidence, places=unit.occupancy)


OutOption = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Results folder; it is created if it does not exist.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="UNIT.YAML", help="Configuration of the unit.")
]
CameraOption = Annotated[
    str | None, typer.Option("--camera", help="Camera of the configuration that recorded the video.")
]
AnalysisFpsOption = Annotated[
    float | None, typer.Option(min=0.1, max=1000, help="Largest number of analysed frames per second.")
]
BeginsOption = Annotated[
    str | None, typer.Option(help="Local date and time of the first frame, for schedules and timetables.")
]
AssumeFpsOption = Annotated[
    float | None, typer.Option(min=0.1, max=1000, help="Frame rate of a video without times.")
]
TwoPassOption = Annotated[
    bool, typer.Option("--two-pass", help="Read the recording twice, so that less of the pictures is covered.")
]
TraceOption = Annotated[
    bool,
    typer.Option(
        "--eval",
        help="Also write each person's boxes and positions (tracks.txt, ground.csv): personal data, for your "
        "own comparison with ground truth. The command `passerby eval` measures accuracy itself.",
    ),
]


def analyze(  # noqa: PLR0913  one parameter an option
    videos: Annotated[list[str] | None, typer.Argument(metavar="VIDEO...", help="Recorded video files.")] = None,
    *,
    out: OutOption,
    config: ConfigOption = None,
    camera: CameraOption = None,
    model: ModelOption = None,
    model_input: ModelInputOption = None,
    score: ScoreOption = None,
    runtime: RuntimeOption = None,
    analysis_fps: AnalysisFpsOption = None,
    begins: BeginsOption = None,
    assume_fps: AssumeFpsOption = None,
    video: Annotated[bool, typer.Option("--video/--no-video", help="Write redacted.mp4.")] = True,
    two_pass: TwoPassOption = False,
    trace: TraceOption = False,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress bar.")] = False,
) -> None:
    """Turn recorded video into events, counts, a redacted video and a report.

    Exit code 0; 2 for wrong usage or configuration; 3 if a video could not be read (the others are analysed).
    """
    probes = replace(PROBES, picture_wh=picture_wh, sources=not videos)
    unit = load_checked(config, probes=probes).unit if config else None
    readable, refused = split_by_name(videos or ())
    jobs = plan_jobs(readable, unit, camera, out) if readable or not refused else []
    settings = AnalyzeSettings.of(
        unit,
        chosen_detector(unit, model, model_input, score, runtime),
        recording_clock(unit.timezone if unit else "UTC", begins),
        assumed_fps=assume_fps,
        analysis_fps=analysis_fps,
        video=video,
        trace=trace,
        quiet=quiet or as_json,
        two_pass=two_pass,
    )
    for why in refused:
        sys.stderr.write(f"passerby: {why}\n")
    failed = max(run_jobs(jobs, settings, as_json=as_json), InputError.exit_code if refused else 0)
    if failed:
        raise typer.Exit(failed)


def run_jobs(jobs: Sequence[Job], settings: AnalyzeSettings, *, as_json: bool) -> int:
    """Analyse one video after the other and print the results; return the exit code."""
    failed, summaries, stop = 0, [], threading.Event()
    with stop_on_signals(stop):
        for number, job in enumerate(jobs):
            if stop.is_set():
                sys.stderr.write(f"passerby: {_not_begun(jobs[number:])}\n")
                break
            try:
                summary = run_job(job, settings, stop)
            except PasserbyError as error:
                sys.stderr.write(f"passerby: {_of_video(job, error, among=len(jobs))}\n")
                failed = max(failed, error.exit_code)
                continue
            summaries.append(summary)
            if not as_json:
                print_summary(summary, job.folder)
    if as_json:
        sys.stdout.write(json.dumps([summary_data(s) for s in summaries], indent=2, ensure_ascii=False) + "\n")
    return INTERRUPTED if stop.is_set() else failed


def _of_video(job: Job, error: PasserbyError, among: int) -> str:
    """Return the message of an error, with the video it is about where there are several."""
    source = job.camera.source
    return f"{source}: {error}" if among > 1 and source not in str(error) else str(error)


@contextmanager
def _explained_by_shape(camera: Camera, wh: tuple[int, int]) -> Iterator[None]:
    """Raise InputError where a configuration does not work because the picture has another shape."""
    try:
        yield
    except (UsageError, CalibrationError) as error:
        drawn = camera.picture_px
        if drawn is None or same_shape(wh, drawn):
            raise
        raise InputError(
            f"{camera.source}: the picture has {wh[0]} x {wh[1]} px, another shape than "
            f"picture_px ({drawn[0]} x {drawn[1]} px), so the configuration does not fit ({error}); "
            "draw it on this picture"
        ) from error


def run_job(job: Job, settings: AnalyzeSettings, stop: threading.Event) -> Summary:
    """Analyse one video into its folder. Raises InputError, StoreError and CalibrationError."""
    began = time.perf_counter()
    _check_clock(job.camera, settings)
    departures = departures_of(job.camera, settings.clock, None)
    with closing(
        open_source(job.camera.source, job.camera.name, clock=SystemClock(), assumed_fps=settings.assumed_fps)
    ) as source:
        info = source.open()
        old = refuse_foreign(job.folder, [job.camera.source])
        fps = settings.analysis_fps or job.camera.analysis_fps
        how = Passes(settings.two_pass, fps, settings.quiet)
        with _explained_by_shape(job.camera, info.wh), ResultsStore(job.folder, fresh=True) as store:
            remove_old(job.folder, old)
            with (
                Recorder(store, _records(job, settings), settings=RecorderSettings(patient=True)) as recorder,
                _video_file(job, settings, store),
                _outputs(job, settings, store) as outputs,
                passes(job.camera, source, settings.detector, how, job.folder, stop) as (detector, drawn),
                progress_bar(job.camera.name, info.seconds, quiet=settings.quiet) as progress,
            ):
                new_id = recording_ids(f"{job.camera.name}/{fingerprint(Path(job.camera.source))}")
                services = CameraServices(
                    detector=detector,
                    recorder=recorder,
                    outputs=outputs,
                    ports=CameraPorts(new_id=new_id, clock=settings.clock, departures=departures, drawn=drawn),
                    analysis_fps=fps,
                    progress=lambda at: progress(at.s),
                )
                loop = CameraLoop(job.camera, source, services)
                loop.run(stop)
            around = Circumstances(
                settings.station,
                job.camera,
                settings.detector.info,
                info,
                time.perf_counter() - began,
                outputs.frames_written,
                stopped=stop.is_set(),
                two_pass=settings.two_pass,
            )
            summary = summarise(loop, source, around)
            _write_report(job, store, loop, summary, outputs.background())
    return summary


def _check_clock(camera: Camera, settings: AnalyzeSettings) -> None:
    """Raise UsageError if the camera needs a time of day that nobody gave."""
    if needs_clock(camera) and not settings.clock.is_set:
        raise UsageError(
            f"camera {camera.name}: a schedule or timetable needs the time of day: "
            "give the start of the recording with --begins 2026-03-01T08:00"
        )


def _write_report(
    job: Job, store: ResultsStore, loop: CameraLoop, summary: Summary, background: bytes | None
) -> None:
    with store.queries() as queries:
        events = list(queries.events())
        history = with_samples(loop.state.history(), queries) if loop.state else None
    report = job.folder / "report.html"
    with recorded(report, job.folder, job.camera.name, "report", store.record_file):
        write_results(job.folder, job.folder, summary, history, events, background)


def _records(job: Job, settings: AnalyzeSettings) -> UnitRecords:
    return UnitRecords(Counting((job.camera,), settings.places), AlarmDesk(settings.alarms))


def _not_begun(jobs: Sequence[Job]) -> str:
    names = ", ".join(job.camera.source for job in jobs)
    return f"interrupted: {several(len(jobs), 'video was', 'videos were')} not begun: {names}"


def _video_file(job: Job, settings: AnalyzeSettings, store: ResultsStore) -> AbstractContextManager[None]:
    video = job.folder / "redacted.mp4"
    if not settings.video:
        return nullcontext()
    return recorded(video, job.folder, job.camera.name, "video", store.record_file)


def _outputs(job: Job, settings: AnalyzeSettings, store: ResultsStore) -> Outputs:
    record = store.record_file
    with ExitStack() as stack:
        trace = stack.enter_context(closing(Trace(job.folder))) if settings.trace else None
        video = RedactedVideo(job.folder / "redacted.mp4") if settings.video else None
        stack.pop_all()
    clips = clips_of(job.camera, settings.evidence, job.folder, patient=True, record=record)
    return Outputs(job.folder, video, trace, clips, stills=Stills(job.folder, record))
