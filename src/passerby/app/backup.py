"""`passerby backup` and `passerby restore`: one file with everything a unit needs on another machine."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import actor
from passerby.app.options import JsonOption, WhereArgument
from passerby.app.tables import print_json
from passerby.charts.wording import several
from passerby.contracts.errors import UsageError
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.backup import CONFIGURATION, Manifest, write_backup
from passerby.store.connect import writing
from passerby.store.restore import restore_backup
from passerby.store.results import the_database


def backup(
    where: WhereArgument,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.tar.gz", help="The backup; it must not exist.")],
    config: Annotated[
        Path | None, typer.Option("--config", metavar="UNIT.YAML", help="Add the configuration of the unit.")
    ] = None,
    pictures: Annotated[
        bool,
        typer.Option("--pictures", help="Add redacted stills and clips; delete the backup as you delete them."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a backup of a results folder, also while the unit runs."""
    if config is not None and not config.is_file():
        raise UsageError(f"{config} is not a file; give the configuration of the unit")
    database = the_database(where)
    manifest = write_backup(database.parent, out, config=config, with_pictures=pictures)
    with writing(database) as connection:
        audit.record(connection, actor(), Act.EXPORTED, f"backup {out.name}", f"root {manifest.root}")
    _report(manifest, f"Wrote {out}", as_json=as_json)


def restore(
    archive: Annotated[Path, typer.Argument(metavar="FILE.tar.gz", help="A file that `passerby backup` wrote.")],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The results folder; new or empty.")],
    as_json: JsonOption = False,
) -> None:
    """Make a results folder from a backup, and verify each file and the audit log."""
    manifest = restore_backup(archive, out, actor())
    _report(manifest, f"Restored {out} from {archive}", as_json=as_json)
    if CONFIGURATION in manifest.files and not as_json:
        sys.stdout.write(
            f"The configuration is {out / CONFIGURATION}: move it to where `passerby run` reads it.\n"
        )


def _report(manifest: Manifest, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(manifest))
        return
    files = several(len(manifest.files), "file", "files")
    sys.stdout.write(f"{done}: {files}, made {manifest.made_utc} by passerby {manifest.passerby}.\n")
    sys.stdout.write(f"Root of the audit log: {manifest.root}\n")
