"""The command line. The module of a command is imported when the command runs."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Annotated, NoReturn

import typer

from passerby.app.lazy import LazyGroup, loader
from passerby.app.output import prepare_output, unwritable_output
from passerby.app.process import leave, protect, switch_often
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

# Name, module in passerby.app and attribute, and the summary in the list of commands.
COMMANDS = (
    (
        "demo",
        "demo:demo",
        "Play a simulated station as live cameras and open the console; with --once, analyse one minute of it.",
    ),
    ("analyze", "analyze:analyze", "Turn recorded video into events, counts, a redacted video and a report."),
    (
        "run",
        "run:run",
        "Analyse live cameras until Ctrl-C or SIGTERM, then end all incidents and finish all files.",
    ),
    ("reload", "reload:reload", "Apply a changed configuration to a running unit; only changed cameras restart."),
    (
        "check",
        "check:check",
        "List the problems of a configuration (exit code 2), or describe what the unit would do.",
    ),
    (
        "calibrate",
        "calibrate:calibrate",
        "Learn a camera's floor from walking people, or report the accuracy of its points and lengths.",
    ),
    ("init", "init:init", "Write a first unit.yaml with the main and the smaller stream of every camera found."),
    ("cameras", "cameras:app", "Find ONVIF cameras, show their streams, clocks and pictures, and focus them."),
    (
        "optics",
        "optics:optics",
        "Show up to which distance people are found, speeds are reliable and faces could be recognised.",
    ),
    (
        "frame",
        "frame:frame",
        "Write a redacted picture of a camera within pixel axes, to draw zones and lines on.",
    ),
    (
        "events",
        "events:events",
        "List the events of a results folder by time, or export them with --format jsonl or csv.",
    ),
    ("service", "service.command:app", "Run a unit as a service of systemd."),
    (
        "doctor",
        "doctor.command:doctor",
        "Examine this machine, its clock, its disk and the cameras; give a cure for each problem.",
    ),
    (
        "report",
        "report:report",
        "Let a running unit write the report of each camera now; it does so every hour, and at its end.",
    ),
    (
        "health",
        "health:health",
        "Show the latest health of each camera and its open faults, or all reports of a period.",
    ),
    (
        "ledger",
        "ledger:ledger_",
        "Show the daily numbers of pictures received, shown, covered, stored and deleted.",
    ),
    ("purge", "purge:purge_", "Remove stills, clips, videos and reports that exceed the retention."),
    ("alarms", "alarms:app", "List alarms, or shelve them for a limited time."),
    ("users", "users:app", "List, add, change and remove the accounts of the console."),
    ("evidence", "evidence:app", "List, lock and unlock stills and clips of incidents."),
    ("outbox", "outbox:app", "Show and repair the delivery of events to other systems."),
    (
        "fleet",
        "fleet:app",
        "Set zones, lines and rules of many units from a control room, signed and station by station.",
    ),
    ("centre", "centre:app", "Run the control room of many units: it takes their reports and serves its console."),
    ("backup", "backup:backup", "Write a backup of a results folder, also while the unit runs."),
    ("restore", "backup:restore", "Make a results folder from a backup, and verify each file and the audit log."),
    ("audit", "audit:app", "List the actions on a unit from a log in which any later change is detected."),
    ("sim", "sim:app", "The simulated station: video with exact ground truth, without footage of real people."),
    ("models", "models:app", "List the known person detectors, or download one."),
    ("eval", "eval:app", "Measure the accuracy of the pipeline against ground truth."),
    (
        "bench",
        "bench:bench",
        "Measure the processor time per camera on this machine, beside decoding alone and the usual assembly.",
    ),
)
for _name, _where, _summary in COMMANDS:
    app.command(_name, help=_summary)(loader(_where))


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


def main() -> None:
    """Run the command line. Every PasserbyError becomes one sentence and an exit code."""
    # Each camera has its own thread; more threads per picture would only wait for each other. OpenCV reads this
    # when it is imported.
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    keep_freed_pictures()  # before there are threads: their heaps would stay
    switch_often()
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
