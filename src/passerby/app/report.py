"""`passerby report`: let a running unit write its reports now."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import enter
from passerby.app.options import JsonOption
from passerby.app.stopping import REPORT
from passerby.app.tables import print_json
from passerby.charts.wording import several
from passerby.contracts.errors import OperationError, UsageError
from passerby.contracts.events import CameraHealth
from passerby.store import audit, known
from passerby.store.audit import Act
from passerby.store.connect import reading
from passerby.store.filters import SampleFilter
from passerby.store.lock import holder_of
from passerby.store.queries import querying
from passerby.store.results import DATABASE, the_database
from passerby.store.utc import now_ms, utc_ms

# A camera reports its health once a minute; one that is silent for longer delivers no pictures.
IS_RUNNING = timedelta(seconds=150)
LOOK_EVERY_S = 0.2
Reports = dict[str, Path]


def report(
    where: Annotated[Path, typer.Argument(metavar="DIR", help="The results folder of a running unit.")],
    *,
    wait: Annotated[
        float, typer.Option(min=0, max=600, help="Longest time to wait for the reports, seconds.")
    ] = 30.0,
    as_json: JsonOption = False,
) -> None:
    """Let a running unit write the report of each camera now; it does so every hour, and at its end.

    Exit code 4 if a camera has written none in time.
    """
    database = the_database(where)
    pid = _unit_of(database)
    since = now_ms()
    expected = _delivering(database, since)
    enter(database, Act.REQUESTED, "reports")
    os.kill(pid, REPORT)
    done = _waited(lambda: _written(database, since), expected, wait)
    missing = sorted(expected - done.keys())
    if as_json:
        print_json({"written": {name: str(path) for name, path in sorted(done.items())}, "missing": missing})
    else:
        sys.stdout.write("".join(f"{name}  {path}\n" for name, path in sorted(done.items())))
    if missing:
        names = ", ".join(missing)
        raise OperationError(f"{names}: no report within {wait:g} s; the log of the unit has the reason")
    if not done:
        raise OperationError(
            f"no report within {wait:g} s; passerby health {where} shows whether the cameras deliver pictures"
        )


def _unit_of(database: Path) -> int:
    """Return the process of the unit. Raises UsageError if none is running."""
    pid = holder_of(database.with_name(f"{DATABASE}.lock"))
    with reading(database) as connection:
        is_unit = audit.latest_detail(connection, Act.STARTED) is not None
    if is_unit and pid is not None:
        return pid
    there = sorted({*database.parent.glob("report.html"), *database.parent.glob("cameras/*/report.html")})
    names = ", ".join(map(str, there[:3]))
    last = f"; {several(len(there), 'report', 'reports')} of the last run: {names}" if there else ""
    raise UsageError(f"no unit is running in {database.parent}{last}")


def _delivering(database: Path, at_ms: int) -> set[str]:
    """Return the cameras that delivered pictures lately."""
    with reading(database) as connection:
        names = known.cameras(connection)
    from_ms = at_ms - IS_RUNNING // timedelta(milliseconds=1)
    with querying(database) as queries:
        newest = [
            one for name in names for one in queries.samples(CameraHealth, SampleFilter(camera=(name,), last=1))
        ]
    return {one.camera for one in newest if one.utc is not None and utc_ms(one.utc) >= from_ms and one.fps > 0}


def _written(database: Path, since_ms: int) -> Reports:
    with querying(database) as queries:
        files = [f for f in queries.evidence() if f.kind == "report" and f.is_finished and f.made_ms >= since_ms]
    return {file.camera: database.parent / file.path for file in files}


def _waited(look: Callable[[], Reports], expected: set[str], wait_s: float) -> Reports:
    until_s = time.monotonic() + wait_s
    while True:
        done = look()
        if (done and expected <= done.keys()) or time.monotonic() >= until_s:
            return done
        time.sleep(LOOK_EVERY_S)
