"""Where the accounts of a control room work: their organisation and its stations."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from passerby.contracts.errors import UsageError
from passerby.store import audit
from passerby.store.audit import Act

EVERYWHERE = "*"
MOST_STATIONS = 1000


class Organisation(StrEnum):
    """The kinds of organisations that work with a control room."""

    STATION_STAFF = "station_staff"
    TRAFFIC_CENTRE = "traffic_centre"
    EMERGENCY_SERVICES = "emergency_services"
    PRIVACY_OFFICE = "privacy_office"


@dataclass(frozen=True, slots=True)
class StaffScope:
    """Where one account works. stations: their names, EVERYWHERE among them for all."""

    organisation: Organisation
    stations: frozenset[str]

    @property
    def is_everywhere(self) -> bool:
        """Whether it includes stations that are added later, too."""
        return EVERYWHERE in self.stations


def scope_of(connection: sqlite3.Connection, name: str) -> StaffScope | None:
    """Return the scope of an account or a program, None if nobody gave it one."""
    row = connection.execute("SELECT organisation, stations FROM staff_scope WHERE name = ?", (name,)).fetchone()
    return None if row is None else _scope(*row)


def scopes(connection: sqlite3.Connection) -> dict[str, StaffScope]:
    """Return all scopes by the name of the account."""
    found = connection.execute("SELECT name, organisation, stations FROM staff_scope ORDER BY name")
    return {name: _scope(organisation, stations) for name, organisation, stations in found}


def set_scope(
    connection: sqlite3.Connection, name: str, organisation: str, stations: Iterable[str], actor: str
) -> StaffScope:
    """Store where an account works. Raises UsageError for an unknown organisation or no stations.

    Emergency services have no stations: they see the incidents that they were granted.
    """
    if organisation not in [*Organisation]:
        raise UsageError(f"{organisation} is no organisation; give one of {', '.join(Organisation)}")
    made = StaffScope(Organisation(organisation), frozenset(stations))
    _check_stations(made)
    text = json.dumps(sorted(made.stations), ensure_ascii=False)
    connection.execute(
        "INSERT INTO staff_scope VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET organisation = excluded.organisation, stations = excluded.stations",
        (name, organisation, text),
    )
    audit.record(
        connection, actor, Act.SCOPE_CHANGED, name, f"{organisation} at {', '.join(sorted(made.stations))}"
    )
    return made


def _check_stations(made: StaffScope) -> None:
    if made.organisation is Organisation.EMERGENCY_SERVICES:
        if made.stations:
            raise UsageError("emergency services have no stations: they see the incidents that they were granted")
    elif not made.stations:
        raise UsageError(f"name the stations of this account, or {EVERYWHERE} for all")
    if len(made.stations) > MOST_STATIONS:
        raise UsageError(f"these are more than {MOST_STATIONS} stations; give {EVERYWHERE} for all")


def _scope(organisation: str, stations: str) -> StaffScope:
    return StaffScope(Organisation(organisation), frozenset(json.loads(stations)))
