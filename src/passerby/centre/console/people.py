"""The accounts of the control room, and where each of them works. `passerby users` adds and removes them."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from passerby.centre.console import unit_list
from passerby.centre.console.services import centre, user
from passerby.centre.console.user import FIRST
from passerby.console.inside import inside
from passerby.contracts.errors import UsageError
from passerby.store import accounts, scopes, tokens
from passerby.store.scopes import EVERYWHERE, Organisation
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)


@router.get("/people")
def people(request: Request) -> Response:
    """Show the accounts and programs with their scopes."""
    known = centre(request)
    with known.store.reading() as connection:
        rows = _named(connection)
        given = scopes.scopes(connection)
    values = {
        "rows": [(name, role, given.get(name) or (FIRST if role == "admin" else None)) for name, role in rows],
        "organisations": list(Organisation),
        "stations": sorted({one.name for one in unit_list.stations(unit_list.found(request))}),
        "everywhere": EVERYWHERE,
    }
    return known.pages.show(request, "centre_people.html.j2", values)


@router.post("/people")
def set_scope(
    request: Request,
    name: Annotated[str, Form(max_length=80)],
    organisation: Annotated[str, Form(max_length=40)],
    stations: Annotated[list[str] | None, Form(max_length=scopes.MOST_STATIONS)] = None,
) -> Response:
    """Store where an account works."""
    known, who = centre(request), user(request).actor

    def change(connection: sqlite3.Connection) -> None:
        if name not in dict(_named(connection)):
            raise UsageError(_("there is no account of that name"))
        scopes.set_scope(connection, name, organisation, stations or (), who)

    known.store.write(change)
    return RedirectResponse(inside(request, "/people"), 303)


def _named(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return the names and roles of people, then of programs."""
    programs = [(one.name + tokens.PROGRAM_SUFFIX, "token") for one in tokens.tokens(connection)]
    return [(one.name, one.role) for one in accounts.accounts(connection)] + programs
