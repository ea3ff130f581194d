"""`passerby eval health`, `quiet` and `focus`: camera faults, and the focus loop."""

from __future__ import annotations

from typing import Annotated

import typer

from passerby.app.eval_output import JsonFile, OutOption, give, reporting_progress
from passerby.evals.focus_measures import measures_suite
from passerby.evals.focus_suite import focus_suite
from passerby.evals.health_suite import health_suite
from passerby.evals.quiet_suite import quiet_suite
from passerby.evals.seeds import TEST_SEEDS, first_test_seeds


def health(
    *,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", metavar="NAME", help="Only this, or day-SEED; may be repeated."),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, max=len(TEST_SEEDS), help="Play each scenario with so many test seeds.")
    ] = None,
    width: Annotated[int, typer.Option(min=160, max=3840, help="Width of the rendered picture, px.")] = 640,
    fps: Annotated[float, typer.Option(min=0.2, max=25, help="Rendered pictures per second.")] = 1.0,
    seconds: Annotated[float | None, typer.Option(min=1, help="Longest part of each scenario, seconds.")] = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Break the cameras of the simulated station and compare the reported faults."""
    with reporting_progress(json_file) as report_progress:
        report = health_suite(
            scenario or (),
            first_test_seeds(seeds) if seeds else (),
            width_px=width,
            fps=fps,
            seconds=seconds,
            report_progress=report_progress,
        )
    give([report], out, json_file)


def quiet(
    *,
    days: Annotated[float, typer.Option(min=0.01, max=3650, help="Camera-days, shared by six cameras.")] = 30.0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.")] = 1,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Run the health check over many days of ordinary life, in which no camera fault may be reported."""
    with reporting_progress(json_file) as report_progress:
        report = quiet_suite(days, seed, report_progress)
    give([report], out, json_file)


def focus(
    *,
    starts: Annotated[int, typer.Option(min=1, max=100_000, help="Random starts of each lens.")] = 1000,
    measures: Annotated[
        bool, typer.Option("--measures", help="Compare measures of focus on the simulated lens instead.")
    ] = False,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Focus models of lenses from random starts: number of measurements, and how sharp they end."""
    give([measures_suite() if measures else focus_suite(starts)], out, json_file)
