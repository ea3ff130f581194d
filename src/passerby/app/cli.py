"""The command line: what each word does is in a module of its own."""

from __future__ import annotations

import sys
from typing import Annotated

import cv2
import typer

from passerby import __version__
from passerby.app import (
    alarms,
    analyze,
    audit,
    calibrate,
    check,
    demo,
    eval,
    events,
    evidence,
    ledger,
    models,
    purge,
    run,
    sim,
)
from passerby.contracts.errors import PasserbyError

app = typer.Typer(
    help="Video safety analytics that cannot identify the people it watches.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("analyze")(analyze.analyze)
app.command("run")(run.run)
app.command("check")(check.check)
app.command("calibrate")(calibrate.calibrate)
app.command("events")(events.events)
app.add_typer(alarms.app, name="alarms")
app.command("ledger")(ledger.ledger_)
app.command("purge")(purge.purge_)
app.add_typer(evidence.app, name="evidence")
app.add_typer(audit.app, name="audit")
app.add_typer(sim.app, name="sim")
app.add_typer(models.app, name="models")
app.add_typer(eval.app, name="eval")


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


def main() -> None:
    """Run the command line; every error of ours becomes one sentence and an exit code."""
    cv2.setNumThreads(1)  # a camera has its own thread; more of them per picture only wait for each other
    try:
        app()
    except PasserbyError as error:
        sys.stderr.write("".join(f"passerby: {line}\n" for line in str(error).splitlines()))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
