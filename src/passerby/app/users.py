"""`passerby users`: the accounts of the console."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from passerby.adapters.onvif_events.credential import new_credential, read_credential
from passerby.app.actor import actor
from passerby.app.options import JsonOption
from passerby.app.tables import print_json, print_rows
from passerby.app.tokens import app as tokens_app
from passerby.console.names import check_name
from passerby.console.passwords import hashed
from passerby.contracts.errors import UsageError
from passerby.store import accounts, audit
from passerby.store.audit import Act
from passerby.store.connect import reading, writing
from passerby.store.results import DATABASE, ResultsStore, the_database
from passerby.store.utc import utc_text

app = typer.Typer(help="List, add, change and remove the accounts of the console.", no_args_is_help=True)
app.add_typer(tokens_app, name="token")
FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The results folder of `passerby run`.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]
RoleOption = Annotated[str, typer.Option(help=f"One of {', '.join(accounts.ROLES)}.")]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking for it.")
]


@app.command("list")
def list_(folder: FolderArgument, *, as_json: JsonOption = False) -> None:
    """List the accounts."""
    with reading(the_database(folder)) as connection:
        found = accounts.accounts(connection)
    if as_json:
        print_json([{"name": a.name, "role": a.role, "made": utc_text(a.made_ms)} for a in found])
        return
    print_rows(("name", "role", "made"), [(a.name, a.role, utc_text(a.made_ms)) for a in found], "No accounts.")


@app.command()
def add(folder: FolderArgument, name: NameArgument, *, role: RoleOption, from_stdin: StdinOption = False) -> None:
    """Add an account."""
    check_name(name)
    database = _database(folder)
    with reading(database) as connection:
        if accounts.account(connection, name) is not None:
            raise UsageError(f"there is an account {name} already; give another name")
    password = hashed(_password(from_stdin))
    with writing(database) as connection:
        accounts.add(connection, name, role, password, actor())
    typer.echo(f"{name} may log in as {role}")


@app.command()
def remove(folder: FolderArgument, name: NameArgument) -> None:
    """Remove an account and end its sessions."""
    with writing(the_database(folder)) as connection:
        accounts.remove(connection, name, actor())
    typer.echo(f"{name} was removed")


@app.command("password")
def set_password(folder: FolderArgument, name: NameArgument, *, from_stdin: StdinOption = False) -> None:
    """Give an account another password and end its sessions."""
    password = hashed(_password(from_stdin))
    with writing(the_database(folder)) as connection:
        accounts.set_password(connection, name, password, actor())
    typer.echo(f"{name} has a new password")


@app.command("role")
def set_role(folder: FolderArgument, name: NameArgument, role: Annotated[str, typer.Argument()]) -> None:
    """Give an account another role and end its sessions."""
    with writing(the_database(folder)) as connection:
        accounts.set_role(connection, name, role, actor())
    typer.echo(f"{name} is {role} now")


@app.command("onvif")
def onvif(
    folder: FolderArgument,
    *,
    renew: Annotated[bool, typer.Option("--renew", help="Make a new password; the old one is refused.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the ONVIF login of video management systems; make it if there is none."""
    with writing(_database(folder)) as connection:
        known = None if renew else read_credential(folder)
        if known is None:
            known = new_credential(folder)
            audit.record(connection, actor(), Act.PROGRAM_ADDED, "ONVIF login")
    if as_json:
        print_json(asdict(known))
        return
    typer.echo(f"user: {known.user}\npassword: {known.password}")


def _database(folder: Path) -> Path:
    """Return the database of the folder; a unit that never ran gets one."""
    if not (folder / DATABASE).exists():
        with ResultsStore(folder):
            pass
    return the_database(folder)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask for the password; give it with --password-stdin")
    return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))
