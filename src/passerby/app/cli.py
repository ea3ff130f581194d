"""The command line: each command is in a module of its own, imported when it runs."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from passerby import __version__
from passerby.app.lazy import LazyGroup, Loaded
from passerby.contracts.errors import PasserbyError

app = typer.Typer(
    cls=LazyGroup,
    help="Video safety analytics that cannot identify the people it watches.",
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
    """Video safety analytics that cannot identify the people it watches."""


@app.command("demo")
def _demo() -> Loaded:
    """Render a minute of a simulated station, analyse it, and show the events beside the truth."""
    from passerby.app.demo import demo

    return demo


@app.command("analyze")
def _analyze() -> Loaded:
    """Turn recorded video into events, counts, a redacted video and a report."""
    from passerby.app.analyze import analyze

    return analyze


@app.command("run")
def _run() -> Loaded:
    """Watch live cameras until stopped by Ctrl-C or SIGTERM; then end every incident and finish every file."""
    from passerby.app.run import run

    return run


@app.command("check")
def _check() -> Loaded:
    """Say what is wrong with a configuration, or what the unit would do. Ends with 0; with 2 on any problem."""
    from passerby.app.check import check

    return check


@app.command("calibrate")
def _calibrate() -> Loaded:
    """Learn a camera's floor from the people who walk past, or say what its points and lengths are worth."""
    from passerby.app.calibrate import calibrate

    return calibrate


@app.command("events")
def _events() -> Loaded:
    """List the events of a results folder, or export them with --format jsonl or csv."""
    from passerby.app.events import events

    return events


@app.command("ledger")
def _ledger() -> Loaded:
    """Show what became of every picture: arrived, shown with how much of it covered, stored, deleted."""
    from passerby.app.ledger import ledger_

    return ledger_


@app.command("purge")
def _purge() -> Loaded:
    """Remove stills, clips, videos and reports that are too old or too many."""
    from passerby.app.purge import purge_

    return purge_


@app.command("alarms")
def _alarms() -> Loaded:
    """What asks for attention: list alarms, put one aside for a while."""
    from passerby.app.alarms import app as alarms

    return alarms


@app.command("evidence")
def _evidence() -> Loaded:
    """Stills and clips of incidents: list, lock, unlock."""
    from passerby.app.evidence import app as evidence

    return evidence


@app.command("audit")
def _audit() -> Loaded:
    """Who did what to a unit, in a log that shows any later change."""
    from passerby.app.audit import app as audit

    return audit


@app.command("sim")
def _sim() -> Loaded:
    """The simulated station: video with exact truth, no footage of real people."""
    from passerby.app.sim import app as sim

    return sim


@app.command("models")
def _models() -> Loaded:
    """Person detectors: which are known, and fetching one."""
    from passerby.app.models import app as models

    return models


@app.command("eval")
def _eval() -> Loaded:
    """How right the pipeline is: figures against the truth."""
    from passerby.app.eval import app as evaluation

    return evaluation


def main() -> None:
    """Run the command line; every error of ours becomes one sentence and an exit code."""
    # Each camera has a thread of its own; more threads per picture only wait for each other. OpenCV reads this
    # when it is imported.
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    try:
        app()
    except PasserbyError as error:
        sys.stderr.write("".join(f"passerby: {line}\n" for line in str(error).splitlines()))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
