"""The command line. Each command is in its own module, which is imported when the command runs."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Annotated, NoReturn

import typer

from passerby.app.lazy import LazyGroup, Loaded
from passerby.app.output import prepare_output, unwritable_output
from passerby.app.process import leave, protect
from passerby.contracts.errors import PasserbyError
from passerby.contracts.version import __version__
from passerby.ingest.heap import keep_freed_pictures

app = typer.Typer(
    cls=LazyGroup,
    help="Video safety analytics that cannot identify the people in the picture.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"passerby {__version__}\n")
        raise typer.Exit


@app.callback()
def passerby(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Video safety analytics that cannot identify the people in the picture."""


@app.command("demo")
def _demo() -> Loaded:
    """Play a simulated station as live cameras and open the console; with --once, analyse one minute of it."""
    from passerby.app.demo import demo

    return demo


@app.command("analyze")
def _analyze() -> Loaded:
    """Turn recorded video into events, counts, a redacted video and a report."""
    from passerby.app.analyze import analyze

    return analyze


@app.command("run")
def _run() -> Loaded:
    """Analyse live cameras until Ctrl-C or SIGTERM, then end all incidents and finish all files."""
    from passerby.app.run import run

    return run


@app.command("reload")
def _reload() -> Loaded:
    """Apply a changed configuration to a running unit; only changed cameras restart."""
    from passerby.app.reload import reload

    return reload


@app.command("check")
def _check() -> Loaded:
    """List the problems of a configuration (exit code 2), or describe what the unit would do."""
    from passerby.app.check import check

    return check


@app.command("calibrate")
def _calibrate() -> Loaded:
    """Learn a camera's floor from walking people, or report the accuracy of its points and lengths."""
    from passerby.app.calibrate import calibrate

    return calibrate


@app.command("init")
def _init() -> Loaded:
    """Write a first unit.yaml with the main and the smaller stream of every camera found."""
    from passerby.app.init import init

    return init


@app.command("cameras")
def _cameras() -> Loaded:
    """Find ONVIF cameras, show their streams, clocks and pictures, and focus them."""
    from passerby.app.cameras import app as cameras

    return cameras


@app.command("optics")
def _optics() -> Loaded:
    """Show up to which distance people are found, speeds are reliable and faces could be recognised."""
    from passerby.app.optics import optics

    return optics


@app.command("frame")
def _frame() -> Loaded:
    """Write a redacted picture of a camera within pixel axes, to draw zones and lines on."""
    from passerby.app.frame import frame

    return frame


@app.command("events")
def _events() -> Loaded:
    """List the events of a results folder by time, or export them with --format jsonl or csv."""
    from passerby.app.events import events

    return events


@app.command("service")
def _service() -> Loaded:
    """Run a unit as a service of systemd."""
    from passerby.app.service.command import app as service

    return service


@app.command("doctor")
def _doctor() -> Loaded:
    """Examine this machine, its clock, its disk and the cameras; give a cure for each problem."""
    from passerby.app.doctor.command import doctor

    return doctor


@app.command("report")
def _report() -> Loaded:
    """Let a running unit write the report of each camera now; it does so every hour, and at its end."""
    from passerby.app.report import report

    return report


@app.command("health")
def _health() -> Loaded:
    """Show the latest health of each camera and its open faults, or all reports of a period."""
    from passerby.app.health import health

    return health


@app.command("ledger")
def _ledger() -> Loaded:
    """Show the daily numbers of pictures received, shown, covered, stored and deleted."""
    from passerby.app.ledger import ledger_

    return ledger_


@app.command("purge")
def _purge() -> Loaded:
    """Remove stills, clips, videos and reports that exceed the retention."""
    from passerby.app.purge import purge_

    return purge_


@app.command("alarms")
def _alarms() -> Loaded:
    """List alarms, or shelve them for a limited time."""
    from passerby.app.alarms import app as alarms

    return alarms


@app.command("users")
def _users() -> Loaded:
    """List, add, change and remove the accounts of the console."""
    from passerby.app.users import app as users

    return users


@app.command("evidence")
def _evidence() -> Loaded:
    """List, lock and unlock stills and clips of incidents."""
    from passerby.app.evidence import app as evidence

    return evidence


@app.command("outbox")
def _outbox() -> Loaded:
    """Show and repair the delivery of events to other systems."""
    from passerby.app.outbox import app

    return app


@app.command("fleet")
def _fleet() -> Loaded:
    """Set zones, lines and rules of many units from a control room, signed and station by station."""
    from passerby.app.fleet import app

    return app


@app.command("centre")
def _centre() -> Loaded:
    """Run the control room of many units: it takes their reports and serves its console."""
    from passerby.app.centre import app as centre

    return centre


@app.command("backup")
def _backup() -> Loaded:
    """Write a backup of a results folder, also while the unit runs."""
    from passerby.app.backup import backup

    return backup


@app.command("restore")
def _restore() -> Loaded:
    """Make a results folder from a backup, and verify each file and the audit log."""
    from passerby.app.backup import restore

    return restore


@app.command("audit")
def _audit() -> Loaded:
    """List the actions on a unit from a log in which any later change is detected."""
    from passerby.app.audit import app as audit

    return audit


@app.command("sim")
def _sim() -> Loaded:
    """The simulated station: video with exact ground truth, without footage of real people."""
    from passerby.app.sim import app as sim

    return sim


@app.command("models")
def _models() -> Loaded:
    """List the known person detectors, or download one."""
    from passerby.app.models import app as models

    return models


@app.command("eval")
def _eval() -> Loaded:
    """Measure the accuracy of the pipeline against ground truth."""
    from passerby.app.eval import app as evaluation

    return evaluation


@app.command("bench")
def _bench() -> Loaded:
    """Measure the processor time per camera on this machine, beside decoding alone and the usual assembly."""
    from passerby.app.bench import bench

    return bench


def main() -> None:
    """Run the command line. Every PasserbyError becomes one sentence and an exit code."""
    # Each camera has its own thread; more threads per picture would only wait for each other. OpenCV reads this
    # when it is imported.
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    keep_freed_pictures()  # before there are threads: their heaps would stay
    protect()
    prepare_output()
    try:
        with unwritable_output():
            app()
    except PasserbyError as error:
        with suppress(OSError):
            sys.stderr.write("".join(f"passerby: {line}\n" for line in str(error).splitlines()))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


def program() -> NoReturn:
    """The installed command: `main`, and the end of the process with its exit code."""
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, str):
            raise  # the interpreter prints it
        leave(end.code or 0)
    leave(0)


if __name__ == "__main__":
    program()
