"""`passerby eval rest`: events of a camera that rests while its place is empty."""

from __future__ import annotations

from typing import Annotated

import typer

from passerby.app.eval_output import JsonFile, OutOption, give, reporting_progress
from passerby.evals.rest_suite import rest_suite
from passerby.evals.seeds import TEST_SEEDS, first_test_seeds


def rest(
    *,
    scenes: Annotated[
        int, typer.Option(min=1, max=len(TEST_SEEDS), help="Number of scenes, each a test seed.")
    ] = 25,
    seconds: Annotated[float, typer.Option(min=60, max=7200, help="Length of a scene, seconds.")] = 600.0,
    fps: Annotated[float, typer.Option("--analysis-fps", min=1, max=25, help="Full rate, frames/s.")] = 5.0,
    key_every: Annotated[float, typer.Option(min=0.2, max=10, help="Distance of the key frames, seconds.")] = 2.0,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Scenes at the same time.")] = 1,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Compare the events of a camera that rests in an empty place with those at the full rate."""
    with reporting_progress(json_file) as report_progress:
        report = rest_suite(first_test_seeds(scenes), seconds, fps, key_every, report_progress, processes)
    give([report], out, json_file)
