"""`passerby eval kills` and `passerby eval soak`: endurance tests of a running unit with simulated cameras."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from passerby.app.clock import SystemClock
from passerby.app.eval_output import JsonFile, OutOption, give, reporting_progress
from passerby.evals.changing_camera import changing_camera
from passerby.evals.failing_links import FailingLinks
from passerby.evals.kills_suite import Plan, kill_again_and_again, kills_report
from passerby.evals.recovery_report import recovery_report
from passerby.evals.recovery_suite import LONGEST_S, SHORTEST_S, RecoveryPlan, recover_again_and_again
from passerby.evals.result import Report
from passerby.evals.served import Address, ServedScene, its_own, served
from passerby.evals.soak_suite import MOST_MB, SoakPlan, soak, soak_report
from passerby.files.made import refuse_other_files

# Exit code for a missed target.
MISSED = 4
RUN = (sys.executable, "-m", "passerby.app.cli", "run")

ScenarioOption = Annotated[str, typer.Option("--scenario", metavar="NAME", help="Scenario shown by the cameras.")]
CamerasOption = Annotated[int, typer.Option(min=1, help="Number of cameras.")]
LoopOption = Annotated[float, typer.Option("--loop", min=2, help="Seconds of the scenario that are repeated.")]
WidthOption = Annotated[int, typer.Option(min=160, max=3840, help="Width of the picture, px.")]


def empty_folder(keep: Path | None) -> Path | None:
    """Return the folder of an option. Raises UsageError if it holds a file."""
    if keep is not None:
        refuse_other_files(keep)
    return keep


KeepOption = Annotated[
    Path | None,
    typer.Option(
        "--keep",
        metavar="DIR",
        callback=empty_folder,
        help="Keep video, configuration, log and results of the unit in this new or empty folder.",
    ),
]


DEFAULT = ServedScene("demo")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit that can be started. out: its results folder, log: its output."""

    command: tuple[str, ...]
    out: Path
    log: Path


@dataclass(frozen=True, slots=True)
class _Where:
    """The folders and the file that the options name."""

    keep: Path | None
    out: Path | None
    json_file: Path | None


_Said = tuple[tuple[str, str], ...]
_Play = Callable[[_Unit, _Said, Callable[[float], None]], Report]


def kills(  # noqa: PLR0913  one parameter an option
    *,
    times: Annotated[int, typer.Option(min=1, help="Number of kills.")] = 10,
    longest: Annotated[float, typer.Option(min=1, help="Longest time from a start to the kill, seconds.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Seed of the random moments.")] = 1,
    scenario: ScenarioOption = DEFAULT.scenario,
    cameras: CamerasOption = 1,
    loop: LoopOption = DEFAULT.seconds,
    width: WidthOption = DEFAULT.width_px,
    keep: KeepOption = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Kill a live run with kill -9 at random moments and check for lost, duplicated or damaged data."""
    plan, scene = Plan(times, longest, seed), ServedScene(scenario, cameras, loop, width, is_strict=True)

    def play(unit: _Unit, said: _Said, report_progress: Callable[[float], None]) -> Report:
        found = kill_again_and_again(unit.command, unit.out, unit.log, plan, report_progress)
        return kills_report(found, plan, said)

    _measure("kills", scene, play, _Where(keep, out, json_file))


def soak_(  # noqa: PLR0913  one parameter an option
    *,
    hours: Annotated[float, typer.Option(min=0.01, help="Duration of the run, hours.")] = 2.0,
    scenario: ScenarioOption = DEFAULT.scenario,
    cameras: CamerasOption = 4,
    loop: LoopOption = DEFAULT.seconds,
    width: WidthOption = DEFAULT.width_px,
    fps: Annotated[float, typer.Option(min=1, max=60, help="Analysed frames per second.")] = DEFAULT.analysis_fps,
    faults_every: Annotated[
        float | None, typer.Option(min=LONGEST_S, help="Let the link to a camera fail every so many seconds.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the faults.")] = 1,
    most_mb: Annotated[float, typer.Option(min=1, help="Limit of the memory, MB.")] = MOST_MB,
    keep: KeepOption = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Run a unit with live cameras for hours and check that its memory does not grow."""
    scene = ServedScene(scenario, cameras, loop, width, fps)
    with closing(FailingLinks(seed)) as links:

        def play(unit: _Unit, said: _Said, report_progress: Callable[[float], None]) -> Report:
            plan = SoakPlan(3600 * hours, most_mb, unit.out, unit.log)
            if faults_every is not None:
                links.begin(faults_every)
            samples = soak(unit.command, plan, report_progress)
            return soak_report(samples, plan, (*said, *_said_of_faults(links, seed)))

        _measure("soak", scene, play, _Where(keep, out, json_file), links.address if faults_every else its_own)


def _said_of_faults(links: FailingLinks, seed: int) -> _Said:
    kinds = ", ".join(f"{number} {kind}" for kind, number in links.made.items())
    return (("faults of links", f"{links.made.total()}: {kinds}; seed {seed}"),) if kinds else ()


def recovery(
    *,
    times: Annotated[int, typer.Option(min=1, help="Number of faults of single cameras.")] = 42,
    cameras: Annotated[int, typer.Option(min=1, max=64, help="Cameras at once.")] = 16,
    seed: Annotated[int, typer.Option(help="Seed of the durations of the faults.")] = 1,
    loop: LoopOption = 6.0,
    width: WidthOption = 160,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Let the link to simulated cameras fail and measure how soon pictures return."""
    with (
        reporting_progress(json_file) as report_progress,
        TemporaryDirectory(prefix="passerby-eval-") as temporary,
        changing_camera(
            DEFAULT.scenario, loop, width, Path(temporary), lambda share: report_progress("drawing", 0.1 * share)
        ) as port,
    ):
        run = recover_again_and_again(
            RecoveryPlan(port, cameras, times, seed),
            SystemClock(),
            lambda share: report_progress("recovery", 0.1 + 0.9 * share),
        )
    said = (("seed", f"{seed}"), ("cameras", f"{cameras} at once, {width} px wide, RTSP over TCP"))
    report = recovery_report(run, (("duration", f"{SHORTEST_S:g} to {LONGEST_S:g} s each"), *said))
    give([report], out, json_file)
    if any(aim.verdict == "missed" for aim in report.aims):
        raise typer.Exit(MISSED)


def _measure(name: str, scene: ServedScene, play: _Play, where: _Where, address: Address = its_own) -> None:
    """Serve the cameras, let `play` run units in front of them, and give its report."""
    with (
        reporting_progress(where.json_file) as report_progress,
        TemporaryDirectory(prefix="passerby-eval-") as temporary,
    ):
        folder = where.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with served(scene, folder, lambda share: report_progress("drawing", 0.1 * share), address) as config:
            results = folder / "results"
            unit = _Unit((*RUN, str(config), "--out", str(results)), results, folder / "log")
            report = play(unit, _said(scene), lambda share: report_progress(name, 0.1 + 0.9 * share))
    give([report], where.out, where.json_file)
    if any(aim.verdict == "missed" for aim in report.aims):
        raise typer.Exit(MISSED)


def _said(scene: ServedScene) -> _Said:
    return (
        ("scenario", f"{scene.scenario}, {scene.seconds:g} s of it repeated"),
        ("rules", "every person triggers a rule" if scene.is_strict else "the scenario's"),
        ("cameras", f"{scene.cameras}, {scene.width_px} px wide, {scene.analysis_fps:g} analysed frames a second"),
    )
