"""`passerby reload`: let a running unit take its changed configuration."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import enter
from passerby.app.options import JsonOption
from passerby.app.tables import print_json
from passerby.app.unit_file import load_unit
from passerby.contracts.errors import UsageError
from passerby.store.audit import Act
from passerby.store.lock import holder_of
from passerby.store.results import DATABASE


def reload(
    config: Annotated[
        Path, typer.Argument(metavar="UNIT.YAML", help="The configuration that the unit runs with.")
    ],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Results folder of the unit; default: data_dir.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Apply a changed configuration to a running unit; only changed cameras restart.

    An invalid configuration changes nothing and ends with 2.
    """
    unit = load_unit(config)
    folder = out or Path(unit.data_dir)
    pid = holder_of(folder / f"{DATABASE}.lock")
    if pid is None:
        raise UsageError(f"no unit is running in {folder}; start it with passerby run {config}")
    enter(folder / DATABASE, Act.REQUESTED, config.name, "reload")
    os.kill(pid, signal.SIGHUP)
    if as_json:
        print_json({"process": pid, "results": str(folder)})
        return
    sys.stdout.write(
        f"process {pid} reloads {config}; its log and `passerby audit list` say which cameras restart\n"
    )
