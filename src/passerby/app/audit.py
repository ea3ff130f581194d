"""`passerby audit`: who did what to a unit, whether the log is whole, and its root for publishing."""

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
app = typer.Typer(help="Who did what to a unit, in a log that shows any later change.", no_args_is_help=True)


@app.command("list")
def list_(
    where: WhereArgument,
    *,
    last: Annotated[int | None, typer.Option(min=1, help="Only the newest so many.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the acts in the log."""
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
        Path | None, typer.Option(metavar="FILE", help="Published roots; default: roots.txt of the folder.")
    ] = None,
    root: Annotated[
        str | None, typer.Option(metavar="'SIZE ROOT'", help="One published root, as `audit root` prints it.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check the whole log, and every published root against it. Ends with 1 if anything was changed."""
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
        sys.stdout.write(f"The log is whole: {size} entries, {len(published)} published roots agree.\n")
    if faults:
        raise typer.Exit(NOT_WHOLE)


@app.command("root")
def root_(
    where: WhereArgument,
    *,
    publish: Annotated[
        bool, typer.Option("--publish", help="Append it to roots.txt, and say so in the log.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the day, the log's size and its root: one line to keep where nobody can change it."""
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
def prove(where: WhereArgument, number: Annotated[int, typer.Argument(min=0, help="Which entry.")]) -> None:
    """Print one entry with the proof that it is in the log, as JSON; to be checked by RFC 6962 alone."""
    with reading(the_database(where)) as connection:
        leaves, entries = audit.leaves(connection), {row.number: row.text for row in audit.rows(connection)}
        frontier = audit.head(connection)
    if number not in entries:
        raise UsageError(f"the log has no entry {number}; it has {len(leaves)}, from 0")
    proof = [step.hex() for step in inclusion_proof(leaves, number)]
    head = {"number": number, "size": frontier.size, "root": frontier.root.hex()}
    print_json({"entry": entries[number], **head, "proof": proof})


def _published(own: Path, against: Path | None, root: str | None) -> list[Root]:
    """The roots to check against: those given, and the folder's own file where there is one."""
    files = [path for path in (against, own) if path is not None and (path == against or path.is_file())]
    found = [root for path in files for root in roots.read_roots(path)]
    return found if root is None else [*found, roots.parse(root, "--root")]
