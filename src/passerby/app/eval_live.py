"""`passerby eval kills` and `passerby eval soak`: endurance tests of a running unit with simulated cameras."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from passerby.app.eval_output import JsonFile, OutOption, give, reporting_progress
from passerby.evals.kills_suite import Plan, kill_again_and_again, kills_report
from passerby.evals.result import Report
from passerby.evals.served import ServedScene, served
from passerby.evals.sim_suite import ReportProgress
from passerby.evals.soak_suite import soak, soak_report

# Exit code for a missed target.
MISSED = 4
RUN = (sys.executable, "-m", "passerby.app.cli", "run")

ScenarioOption = Annotated[str, typer.Option("--scenario", metavar="NAME", help="Scenario shown by the cameras.")]
CamerasOption = Annotated[int, typer.Option(min=1, help="Number of cameras.")]
LoopOption = Annotated[float, typer.Option("--loop", min=2, help="Seconds of the scenario that are repeated.")]
WidthOption = Annotated[int, typer.Option(min=160, max=3840, help="Width of the picture, px.")]
KeepOption = Annotated[
    Path | None,
    typer.Option("--keep", metavar="DIR", help="Keep video, configuration, log and results of the unit here."),
]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit that can be started. out: its results folder, log: its output."""

    command: tuple[str, ...]
    out: Path
    log: Path


def kills(  # noqa: PLR0913  one parameter an option
    *,
    times: Annotated[int, typer.Option(min=1, help="Number of kills.")] = 10,
    longest: Annotated[float, typer.Option(min=1, help="Longest time from a start to the kill, seconds.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Seed of the random moments.")] = 1,
    scenario: ScenarioOption = "demo",
    cameras: CamerasOption = 1,
    loop: LoopOption = 60.0,
    width: WidthOption = 640,
    keep: KeepOption = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Kill a live run with kill -9 at random moments and check for lost, duplicated or damaged data."""
    plan, scene = Plan(times, longest, seed), ServedScene(scenario, cameras, loop, width, is_strict=True)
    with reporting_progress(json_file) as report_progress, _unit(scene, keep, report_progress) as unit:
        found = kill_again_and_again(
            unit.command, unit.out, unit.log, plan, lambda share: report_progress("kills", 0.1 + 0.9 * share)
        )
    _give(kills_report(found, plan, _said(scene)), out, json_file)


def soak_(
    *,
    hours: Annotated[float, typer.Option(min=0.01, help="Duration of the run, hours.")] = 2.0,
    scenario: ScenarioOption = "demo",
    cameras: CamerasOption = 4,
    loop: LoopOption = 60.0,
    width: WidthOption = 640,
    keep: KeepOption = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Run a unit with live cameras for hours and check that its memory does not grow."""
    scene = ServedScene(scenario, cameras, loop, width)
    with reporting_progress(json_file) as report_progress, _unit(scene, keep, report_progress) as unit:
        samples = soak(
            unit.command, unit.log, 3600 * hours, lambda share: report_progress("soak", 0.1 + 0.9 * share)
        )
        report = soak_report(samples, unit.out, _said(scene))
    _give(report, out, json_file)


@contextmanager
def _unit(scene: ServedScene, keep: Path | None, report_progress: ReportProgress) -> Iterator[_Unit]:
    with TemporaryDirectory(prefix="passerby-eval-") as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with served(scene, folder, lambda share: report_progress("drawing", 0.1 * share)) as config:
            results = folder / "results"
            yield _Unit((*RUN, str(config), "--out", str(results)), results, folder / "log")


def _said(scene: ServedScene) -> tuple[tuple[str, str], ...]:
    return (
        ("scenario", f"{scene.scenario}, {scene.seconds:g} s of it repeated"),
        ("rules", "every person triggers a rule" if scene.is_strict else "the scenario's"),
        ("cameras", f"{scene.cameras}, {scene.width_px} px wide, {scene.analysis_fps:g} analysed frames a second"),
    )


def _give(report: Report, out: Path | None, json_file: Path | None) -> None:
    give([report], out, json_file)
    if any(aim.verdict == "missed" for aim in report.aims):
        raise typer.Exit(MISSED)
