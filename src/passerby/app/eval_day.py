"""`passerby eval boxes` and `day`: modelled boxes, and whole days of a simulated station."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from passerby.app.detector_choice import chosen_detector
from passerby.app.eval_output import JsonFile, OutOption, give, reporting_progress, write_text
from passerby.evals.box_fit import FILMS, fit, measure
from passerby.evals.box_noise import BoxNoise
from passerby.evals.box_table import boxes_report
from passerby.evals.day_suite import day_suite
from passerby.evals.seeds import TEST_SEEDS


def boxes(
    *,
    fit_file: Annotated[
        Path | None,
        typer.Option("--fit", metavar="FILE", help="Measure the embedded detector again; write its model here."),
    ] = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Show the model of the embedded detector's boxes, or fit it to rendered frames."""
    if fit_file is None:
        give([boxes_report(BoxNoise.load())], out, json_file)
        return
    detector = chosen_detector(None, "embedded")
    with reporting_progress(json_file) as report_progress:
        measured, false, frames = measure(detector, FILMS, lambda name: report_progress(name, 0.0))
    noise = fit(measured, false, frames, detector)
    write_text(fit_file, noise.text())
    give([boxes_report(noise)], out, json_file)


def day(
    *,
    days: Annotated[
        int, typer.Option(min=1, max=len(TEST_SEEDS), help="Number of days, each with a test seed.")
    ] = 1,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Number of processes that play.")] = 1,
    exact: Annotated[bool, typer.Option("--exact", help="Exact boxes in place of modelled ones.")] = False,
    hours: Annotated[
        float, typer.Option(min=0.1, max=24, help="Only the first hours of each day, which begins at 04:00.")
    ] = 24.0,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Play whole days of a platform: false alarms per camera-day, recall, delays, and the load of an operator."""
    with reporting_progress(json_file) as report_progress:
        noise = None if exact else BoxNoise.load()
        report = day_suite(days, noise, hours * 3600, processes, report_progress)
    give([report], out, json_file)
