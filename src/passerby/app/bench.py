"""`passerby bench`: processor time of this machine per camera, beside plain decoding and the usual assembly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

import passerby
from passerby.app.eval_output import JsonFile, OutOption, give, is_printed, reporting_progress, write_text
from passerby.app.terminal import progress_bar
from passerby.contracts.config import ModelChoice
from passerby.contracts.errors import OperationError
from passerby.evals.bench import ASSEMBLY, DECODE, PASSERBY, BenchRun, VideoBench, bench_report
from passerby.evals.bench_accuracy import accuracy_table
from passerby.evals.bench_budgets import over_budget
from passerby.evals.bench_live import LiveBench, live_report
from passerby.evals.bench_page import performance_page
from passerby.evals.result import Report, Table
from passerby.ingest.open import probe
from passerby.sim.record import record
from passerby.sim.station import Station
from passerby.vision.load import load_detector

SCENARIO, SCENARIO_SIZES = "demo", ((1920, 1080), (1280, 720))
# Of the short form. Chosen: rendering and five turns take less than a minute of processor time.
SHORT_S, SHORT_SIZE = 5.0, (1280, 720)
# Width of the rendered picture. Chosen: larger than the input of the network; rendering takes most of the time.
ACCURACY_PX = 640
_ASSEMBLY_FILE = Path(passerby.__file__).parents[2] / "benchmarks" / "assembly.py"
_ASSEMBLY_NEEDS = ("openvino", "supervision", "trackers")
_PART = (sys.executable, "-m", "passerby.app.bench_part")
_LIVE = (sys.executable, "-m", "passerby.app.bench_live")
_MOST_S = 7200.0


def bench(  # noqa: PLR0913  one parameter an option
    videos: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[VIDEO]...", help="Recorded video files; default: scenes of the simulated station."
        ),
    ] = None,
    *,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="UNIT.YAML", help="Configuration of the camera.")
    ] = None,
    fps: Annotated[
        float, typer.Option("--analysis-fps", min=0.1, max=60, help="Analysed frames per second.")
    ] = 5.0,
    turns: Annotated[int, typer.Option(min=1, max=100, help="Runs of each program; they take turns.")] = 5,
    seconds: Annotated[
        float, typer.Option(min=2, max=3600, help="Length of the simulated scenes, and of the run with --cameras.")
    ] = 20.0,
    cameras: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Run a unit with this number of live cameras that play the videos."),
    ] = None,
    processes: Annotated[
        int,
        typer.Option(min=1, max=64, help="Processes for the cameras of --cameras, as with run --processes."),
    ] = 1,
    short: Annotated[
        bool,
        typer.Option(
            "--short", help="Measure a short scene, and fail (exit code 4) if a stage is over twice its budget."
        ),
    ] = False,
    accuracy: Annotated[
        bool,
        typer.Option("--accuracy", help="Compare tracks and events with the assembly, simulated."),
    ] = False,
    docs: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the page docs/performance.md.")] = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Measure the processor time per camera on this machine, beside decoding alone and the usual assembly.

    The assembly is benchmarks/assembly.py of the source code; it needs the packages trackers, supervision and
    openvino. With --cameras, measure a unit with live cameras: rates, latency and memory. Exit code 0, also if a
    target is missed; 4 with --short if a stage is over twice its budget.
    """
    quiet = is_printed(json_file)
    if short:
        _short(fps, turns, out, json_file)
        return
    if cameras is not None:
        with _inputs(videos or (), seconds, quiet=quiet) as inputs:
            if not quiet:
                sys.stderr.write(f"measuring {cameras} live camera(s) for {seconds:g} s\n")
            give([_live(cameras, processes, seconds, fps, config, inputs)], out, json_file)
        return
    contenders, skipped = _contenders(fps, config)
    with (
        _inputs(videos or (), seconds, quiet=quiet) as inputs,
        reporting_progress(json_file) as report_progress,
    ):
        sizes = [probe(str(video)).wh for video in inputs]
        found = []
        for number, (video, wh) in enumerate(zip(inputs, sizes, strict=True)):
            report_progress(video.name, number / len(inputs))
            found.append(VideoBench(_name(video), wh, _in_turns(contenders, video, turns)))
        report = bench_report(found, fps, skipped)
        if accuracy:
            report = replace(report, tables=(*report.tables, _accuracy(fps)))
    give([report], out, json_file)
    if docs is not None:
        write_text(docs, performance_page(report))


Command = Callable[[Path], Sequence[str]]


def _short(fps: float, turns: int, out: Path | None, json_file: Path | None) -> None:
    """Measure passerby beside decoding. Raises OperationError if a stage is over twice its budget."""
    contenders = {name: of for name, of in _contenders(fps, None)[0].items() if name != ASSEMBLY}
    with TemporaryDirectory(prefix="passerby-bench-") as folder:
        video = _scene(Path(folder), SHORT_S, SHORT_SIZE, quiet=is_printed(json_file))
        runs = _in_turns(contenders, video, turns)
    give([bench_report([VideoBench(_name(video), SHORT_SIZE, runs)], fps)], out, json_file)
    if over := over_budget(runs[DECODE], runs[PASSERBY]):
        raise OperationError(f"{'; '.join(over)}; find the change that costs so much")


def _accuracy(fps: float) -> Table:
    return accuracy_table(load_detector(ModelChoice(), ()), SCENARIO, fps, ACCURACY_PX)


def _in_turns(contenders: Mapping[str, Command], video: Path, turns: int) -> dict[str, list[BenchRun]]:
    runs: dict[str, list[BenchRun]] = {name: [] for name in contenders}
    for name in list(contenders) * turns:
        runs[name].append(BenchRun(**_run(contenders[name](video))))
    return runs


def _contenders(fps: float, config: Path | None) -> tuple[Mapping[str, Command], list[str]]:
    """Return the command of each contender that can run here, and why others cannot."""
    more = [str(config)] if config else []
    found: dict[str, Command] = {
        DECODE: lambda video: (*_PART, "decode", str(video), f"{fps:g}"),
        PASSERBY: lambda video: (*_PART, "passerby", str(video), f"{fps:g}", *more),
    }
    if why := _no_assembly():
        return found, [f"the usual assembly was not measured: {why}"]
    found[ASSEMBLY] = lambda video: (sys.executable, str(_ASSEMBLY_FILE), str(video), "--fps", f"{fps:g}")
    return found, []


def _no_assembly() -> str:
    """Return why the assembly cannot run here; "" if it can."""
    from importlib.util import find_spec

    if not _ASSEMBLY_FILE.is_file():
        return "benchmarks/assembly.py is a part of the source code only; run passerby from a checkout"
    missing = [name for name in _ASSEMBLY_NEEDS if find_spec(name) is None]
    return f"install {', '.join(missing)} (dependency group peers)" if missing else ""


def _live(
    cameras: int, processes: int, seconds: float, fps: float, config: Path | None, videos: Sequence[Path]
) -> Report:
    for video in videos:
        probe(str(video))
    numbers = (str(cameras), str(processes), f"{seconds:g}", f"{fps:g}", str(config or "-"))
    found = _run((*_LIVE, *numbers, *map(str, videos)))
    return live_report(LiveBench(**found), fps, [_name(video) for video in videos])


@contextmanager
def _inputs(videos: Sequence[Path], seconds: float, *, quiet: bool) -> Iterator[Sequence[Path]]:
    """Yield the videos, or else rendered scenes."""
    if videos:
        yield videos
        return
    with TemporaryDirectory(prefix="passerby-bench-") as folder:
        yield [_scene(Path(folder), seconds, size, quiet=quiet) for size in SCENARIO_SIZES]


def _scene(folder: Path, seconds: float, size_px: tuple[int, int], *, quiet: bool) -> Path:
    station = Station.load(SCENARIO)
    at = folder / f"{SCENARIO}-{size_px[1]}p"
    with progress_bar(f"rendering {at.name}", 1.0, quiet=quiet, lines=True) as progress:
        record(station, station.model().name, at, seconds, size_px=size_px, progress=progress)
    return at / "video.mp4"


def _name(video: Path) -> str:
    return video.parent.name if video.name == "video.mp4" else video.stem


def _run(command: Sequence[str]) -> dict[str, Any]:
    """Run one measurement and return its figures. Raises OperationError with the last line of its output."""
    environment = {**os.environ, "OPENCV_FOR_THREADS_NUM": "1"}
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=_MOST_S,
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it reported nothing"])[-1]
        raise OperationError(f"the measurement {Path(command[-1]).name} failed: {last}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
