"""`passerby audit`: list the actions on a unit, verify the log, and print its root."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import actor
from passerby.app.options import JsonOption, WhereArgument
from passerby.app.tables import print_json, print_rows
from passerby.contracts.errors import UsageError
from passerby.store import audit, roots
from passerby.store.audit import Act
from passerby.store.connect import reading, writing
from passerby.store.merkle import inclusion_proof
from passerby.store.results import the_database
from passerby.store.roots import ROOTS, Root
from passerby.store.utc import now_ms

NOT_WHOLE = 1
app = typer.Typer(
    help="List the actions on a unit from a log in which any later change is detected.", no_args_is_help=True
)


@app.command("list")
def list_(
    where: WhereArgument,
    *,
    last: Annotated[int | None, typer.Option(min=1, help="Only this many of the newest entries.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the actions in the log."""
    with reading(the_database(where)) as connection:
        found = [(row.number, row.entry) for row in audit.rows(connection, last)]
    if as_json:
        print_json([{"number": number, **asdict(entry)} for number, entry in found])
        return
    rows = ((n, e.utc, e.actor, e.act, e.what, e.detail) for n, e in found)
    print_rows(("number", "time", "who", "act", "what", "how"), rows, "The log is empty.")


@app.command("verify")
def verify(
    where: WhereArgument,
    *,
    against: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File with published roots; default: roots.txt in the folder."),
    ] = None,
    root: Annotated[
        str | None, typer.Option(metavar="'SIZE ROOT'", help="One published root, as printed by `audit root`.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check the complete log and every published root. Exit code 1 if the log was changed."""
    database = the_database(where)
    published = _published(database.parent / ROOTS, against, root)
    with reading(database) as connection:
        faults = list(roots.faults(connection, published))
        size = sum(1 for _ in audit.rows(connection))
    if as_json:
        print_json({"whole": not faults, "entries": size, "roots": len(published), "faults": faults})
    for fault in () if as_json else faults:
        sys.stdout.write(f"{fault}\n")
    if not as_json and not faults:
        sys.stdout.write(f"The log is unchanged: {size} entries, {len(published)} published roots match.\n")
    if faults:
        raise typer.Exit(NOT_WHOLE)


@app.command("root")
def root_(
    where: WhereArgument,
    *,
    publish: Annotated[
        bool, typer.Option("--publish", help="Append it to roots.txt and enter that into the log.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the day, the size of the log and its root: one line to keep in a safe place."""
    database = the_database(where)
    with reading(database) as connection:
        root = roots.current(connection, now_ms())
    if publish:
        roots.publish(database.parent / ROOTS, root)
        with writing(database) as connection:
            audit.record(connection, actor(), Act.PUBLISHED, ROOTS, root.line)
    if as_json:
        print_json({"day": root.day, "size": root.size, "root": root.root.hex()})
    else:
        sys.stdout.write(root.line + "\n")


@app.command("prove")
def prove(
    where: WhereArgument, number: Annotated[int, typer.Argument(min=0, help="Number of the entry.")]
) -> None:
    """Print one entry as JSON with the proof (RFC 6962) that it is in the log."""
    with reading(the_database(where)) as connection:
        leaves, entries = audit.leaves(connection), {row.number: row.text for row in audit.rows(connection)}
        frontier = audit.head(connection)
    if number not in entries:
        raise UsageError(f"the log has no entry {number}; it has {len(leaves)}, from 0")
    proof = [step.hex() for step in inclusion_proof(leaves, number)]
    head = {"number": number, "size": frontier.size, "root": frontier.root.hex()}
    print_json({"entry": entries[number], **head, "proof": proof})


def _published(own: Path, against: Path | None, root: str | None) -> list[Root]:
    """Return the roots to check: those given, and those in the folder's own file."""
    files = [path for path in (against, own) if path is not None and (path == against or path.is_file())]
    found = [root for path in files for root in roots.read_roots(path)]
    return found if root is None else [*found, roots.parse(root, "--root")]
