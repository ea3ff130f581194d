"""`passerby users token`: the tokens of programs that use the console's interface."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import actor
from passerby.app.options import JsonOption
from passerby.app.tables import print_json, print_rows
from passerby.console.access import SCOPES, check_scopes
from passerby.console.names import check_name
from passerby.console.passwords import digest, new_token
from passerby.store import tokens
from passerby.store.connect import reading, writing
from passerby.store.results import the_database
from passerby.store.utc import optional_text, utc_text

app = typer.Typer(help="List, add and remove tokens for programs.", no_args_is_help=True)
FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The results folder of `passerby run`.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the program.")]
ScopeOption = Annotated[list[str], typer.Option("--scope", help=f"One of {', '.join(SCOPES)}; may be repeated.")]


@app.command("list")
def list_(folder: FolderArgument, *, as_json: JsonOption = False) -> None:
    """List the tokens: their names, not their texts, which are not stored."""
    with reading(the_database(folder)) as connection:
        found = tokens.tokens(connection)
    if as_json:
        keys = ("name", "scopes", "made", "used")
        rows = [(t.name, t.scopes, utc_text(t.made_ms), optional_text(t.used_ms)) for t in found]
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    shown = [
        (t.name, " ".join(t.scopes), utc_text(t.made_ms), optional_text(t.used_ms) or "never used") for t in found
    ]
    print_rows(("name", "scopes", "made", "last used"), shown, "No tokens.")


@app.command()
def add(folder: FolderArgument, name: NameArgument, *, scope: ScopeOption) -> None:
    """Make a token and print it. It is shown only now."""
    check_name(name)
    check_scopes(scope)
    token = new_token()
    with writing(the_database(folder)) as connection:
        tokens.add(connection, name, digest(token), sorted(set(scope)), actor())
    sys.stdout.write(token + "\n")


@app.command()
def remove(folder: FolderArgument, name: NameArgument) -> None:
    """Remove a token; the next request with it is refused."""
    with writing(the_database(folder)) as connection:
        tokens.remove(connection, name, actor())
    typer.echo(f"token {name} was removed")
