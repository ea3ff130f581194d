"""`passerby purge`: apply retention once, for a folder without a `passerby run`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import actor
from passerby.app.options import JsonOption, WhereArgument
from passerby.app.probes import PROBES
from passerby.app.tables import print_json, print_rows
from passerby.charts.wording import several
from passerby.config.check import load_checked
from passerby.contracts.errors import StoreError, UsageError
from passerby.contracts.settings import Retention
from passerby.store.clock_check import is_doubtful, last_clock
from passerby.store.connect import reading, writing
from passerby.store.keeping import pictures, unrecorded
from passerby.store.purge import Doomed, Purged, doomed, free_bytes, other_bytes, purge
from passerby.store.queries import querying
from passerby.store.results import the_database
from passerby.store.utc import now_ms, optional_text, utc_text

MOST_NAMED = 5


def purge_(
    where: WhereArgument,
    *,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="UNIT.YAML",
            help="Configuration with the limits; default: 72 hours.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be removed, and remove nothing.")
    ] = False,
    clock_is_right: Annotated[
        bool,
        typer.Option("--clock-is-right", help="Remove files by age although the records make the clock doubtful."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove stills, clips, videos and reports that exceed the retention.

    Locked evidence, counts and events remain. Exit code 2 if the clock of this machine is doubtful.
    """
    unit = load_checked(config, probes=replace(PROBES, sources=False)).unit if config else None
    retention = unit.retention if unit else Retention()
    database = the_database(where)
    if not clock_is_right and not dry_run:
        _refuse_doubtful_clock(database, retention)
    recording_mb = unit.recording_mb if unit else None
    done = (_would if dry_run else _purged)(database, retention, recording_mb)
    with querying(database) as queries:
        others = unrecorded(queries, database.parent)
    _report(done, others, dry_run=dry_run, as_json=as_json)
    if done.refused:
        raise StoreError("\n".join(done.refused))


def _refuse_doubtful_clock(database: Path, retention: Retention) -> None:
    now = now_ms()
    with reading(database) as connection:
        last = last_clock(connection)
    if is_doubtful(now, last, max(retention.evidence_h, retention.recording_h)):
        newest = optional_text(last.newest_ms) or "unknown"
        raise UsageError(
            f"the clock says {utc_text(now)}, the newest record is of {newest}: files may be removed too early; "
            "check the clock with `date`, then repeat with --clock-is-right"
        )


def _would(database: Path, retention: Retention, recording_mb: int | None) -> Purged:
    folder, now = database.parent, now_ms()
    with querying(database) as queries:
        found = pictures(queries, folder, now)
    free, other = free_bytes(folder), other_bytes(folder)
    removed = tuple(doomed(found, retention, now, free, recording_mb=recording_mb, other_bytes=other))
    return Purged(removed, locked=sum(picture.is_locked for picture in found))


def _purged(database: Path, retention: Retention, recording_mb: int | None) -> Purged:
    with writing(database) as connection:
        return purge(connection, database.parent, retention, now_ms(), actor(), recording_mb=recording_mb)


def _report(done: Purged, others: list[str], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        removed = [{"path": d.picture.path, "bytes": d.picture.size, "why": d.why} for d in done.removed]
        print_json(
            {
                "dry_run": dry_run,
                "removed": removed,
                "locked": done.locked,
                "missing": done.vanished,
                "unrecorded": others,
            }
        )
        return
    print_rows(("file", "made", "bytes", "why"), map(_row, done.removed), "Nothing to remove.")
    if done.removed:
        word = "would be removed" if dry_run else "removed"
        sys.stdout.write(f"{len(done.removed)} files, {done.bytes / 1e6:.1f} MB {word}; {done.locked} locked\n")
    if others:
        listed = ", ".join(others[:MOST_NAMED]) + (" …" if len(others) > MOST_NAMED else "")
        sys.stdout.write(f"{several(len(others), 'file has', 'files have')} no record, so purge keeps: {listed}\n")


def _row(doom: Doomed) -> tuple[str, str, int, str]:
    return doom.picture.path, utc_text(doom.picture.made_ms), doom.picture.size, doom.why
