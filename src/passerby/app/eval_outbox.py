"""`passerby eval outbox`: delivery of events while unit and receiver are killed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from passerby.app.eval_live import MISSED
from passerby.app.eval_output import JsonFile, OutOption, give, reporting_progress
from passerby.evals.outbox_suite import OutboxPlan, deliver_under_faults, outbox_report
from passerby.files.made import refuse_other_files


def outbox(
    *,
    times: Annotated[int, typer.Option(min=1, help="Number of kills of the unit, and of the receiver.")] = 5,
    longest: Annotated[float, typer.Option(min=0, help="Longest time from an arrival to a kill, seconds.")] = 0.3,
    gone: Annotated[float, typer.Option(min=0, help="Time for which the receiver is gone once, seconds.")] = 3.0,
    seed: Annotated[int, typer.Option(help="Seed of the random moments.")] = 1,
    folder: Annotated[
        Path | None,
        typer.Option("--in", metavar="DIR", help="Empty folder to work in; a small disk is filled, too."),
    ] = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Kill a unit and the receiver of its events at random moments and check for lost or repeated events."""
    plan = OutboxPlan(times, longest, gone, seed)
    if folder is not None:
        refuse_other_files(folder)
    with (
        reporting_progress(json_file) as report_progress,
        TemporaryDirectory(prefix="passerby-eval-", dir=folder) as work,
    ):
        found = deliver_under_faults(plan, Path(work), lambda share: report_progress("outbox", share))
    report = outbox_report(found, plan)
    give([report], out, json_file)
    if any(aim.verdict == "missed" for aim in report.aims):
        raise typer.Exit(MISSED)
