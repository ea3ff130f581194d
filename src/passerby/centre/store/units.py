"""Which units there are, and which token each one reports with."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects.postgresql import insert

from passerby.centre.store.tables import LINE, ORGANISATION, STATION, UNIT


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be enrolled. line: "" for a station of no line."""

    name: str
    station: str
    organisation: str
    line: str = ""


def enrol(connection: Connection, new: NewUnit, token: str) -> int:
    """Add a unit with its station and line, or give a known one another token; return its id."""
    organisation = _found(connection, ORGANISATION, name=new.organisation)
    line = _found(connection, LINE, organisation_id=organisation, name=new.line) if new.line else None
    station = _found(connection, STATION, name=new.station, organisation_id=organisation, line_id=line)
    unit = _found(connection, UNIT, name=new.name, station_id=station)
    connection.execute(update(UNIT).where(UNIT.c.id == unit).values(token_sha256=digest(token)))
    return unit


def revoke(connection: Connection, name: str) -> bool:
    """Take the token of a unit; return whether there is such a unit."""
    return connection.execute(update(UNIT).where(UNIT.c.name == name).values(token_sha256=None)).rowcount == 1


def units_of(connection: Connection, digests: Collection[str]) -> dict[str, int]:
    """Return the id of the unit of each token that one has. digests: of `digest`."""
    found = select(UNIT.c.token_sha256, UNIT.c.id).where(UNIT.c.token_sha256.in_(digests))
    return {row.token_sha256: row.id for row in connection.execute(found)}


def digest(token: str) -> str:
    """Return what is stored of a token; tokens are random and long, so that no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _found(connection: Connection, table: Table, **values: object) -> int:
    """Return the id of the row with these values; its key is its name, and the organisation of a line."""
    keys = [table.c.organisation_id, table.c.name] if table is LINE else [table.c.name]
    adding = insert(table).values(**values)
    made = adding.on_conflict_do_update(index_elements=keys, set_=values).returning(table.c.id)
    return int(connection.execute(made).scalar_one())
