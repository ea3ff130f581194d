"""`passerby eval centre`: reports to a control room while its processes are killed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from passerby.app.eval_live import MISSED
from passerby.app.eval_output import JsonFile, OutOption, give, reporting_progress
from passerby.contracts.errors import UsageError


def centre(
    *,
    times: Annotated[int, typer.Option(min=1, help="Number of kills of each process.")] = 5,
    longest: Annotated[float, typer.Option(min=0, help="Longest time from an arrival to a kill, seconds.")] = 0.3,
    over_nats: Annotated[bool, typer.Option("--nats/--https", help="How the unit reports.")] = True,
    gone: Annotated[float, typer.Option(min=0, help="Time for which NATS, or the centre, is gone once, s.")] = 3.0,
    disks: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            metavar="DIR DIR", help="Empty folders on small disks, of the unit and PostgreSQL, to be filled."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the random moments.")] = 1,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Let unit, centre, NATS and PostgreSQL fail at random moments and check for lost or repeated events."""
    from passerby.evals.centre_servers import NATS, POSTGRES
    from passerby.evals.centre_suite import CentrePlan, centre_report, report_under_faults
    from passerby.evals.outbox_suite import check_small_disk

    if NATS is None or POSTGRES is None:
        raise UsageError("this needs PostgreSQL and NATS: apt install postgresql nats-server")
    for disk in disks or ():
        check_small_disk(disk)
    plan = CentrePlan(times, longest, "nats" if over_nats else "https", seed, gone, disks=disks)
    with (
        reporting_progress(json_file) as report_progress,
        TemporaryDirectory(prefix="passerby-eval-") as work,
    ):
        found = report_under_faults(plan, Path(work), lambda share: report_progress("centre", share))
    report = centre_report(found, plan)
    give([report], out, json_file)
    if any(aim.verdict == "missed" for aim in report.aims):
        raise typer.Exit(MISSED)
