"""`passerby ledger`: pictures received, shown, stored and deleted, per camera and day."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from passerby.app.known_names import refuse_unknown
from passerby.app.options import JsonOption, WhereArgument
from passerby.app.tables import print_json, print_rows
from passerby.store.keeping import PictureFile, pictures
from passerby.store.ledger import Day
from passerby.store.queries import querying
from passerby.store.results import the_database
from passerby.store.utc import now_ms, utc_text

_COLUMNS = (
    "day",
    "camera",
    "seen",
    "shown",
    "covered",
    "recorded",
    "stills",
    "clips",
    "written",
    "lost",
    "gone",
)


def ledger_(
    where: WhereArgument,
    *,
    camera: Annotated[str | None, typer.Option(help="Only this camera.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the daily numbers of pictures received, shown, covered, stored and deleted."""
    database = the_database(where)
    refuse_unknown([database], camera=[camera] if camera else [])
    with querying(database) as queries:
        days = queries.days(camera)
        here = pictures(queries, database.parent, now_ms())
    if as_json:
        print_json({"days": [{**asdict(day), "covered_share": day.covered_share} for day in days], **_now(here)})
        return
    print_rows(_COLUMNS, map(_row, days), "No pictures yet.")
    if here:
        sys.stdout.write(
            f"Present now: {len(here)} files with redacted pictures, {_mb(sum(p.size for p in here))};"
            f" the oldest is {here[0].path} of {utc_text(here[0].made_ms)}\n"
        )


def _now(here: list[PictureFile]) -> dict[str, object]:
    oldest = {"path": here[0].path, "made": utc_text(here[0].made_ms)} if here else None
    return {"files": len(here), "bytes": sum(p.size for p in here), "oldest": oldest}


def _row(day: Day) -> tuple[str | int, ...]:
    share = "" if day.covered_share is None else f"{day.covered_share:.1%}"
    gone = f"{day.files_deleted} files, {_mb(day.bytes_deleted)}" if day.files_deleted else ""
    counts = (day.video_frames, day.stills, day.clips, _mb(day.bytes_written), day.lost, gone)
    return day.day, day.camera, day.frames_in, day.frames_out, share, *counts


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
