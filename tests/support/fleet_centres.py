"""A control room in memory, and units that ask it through the real routes."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from fastapi.testclient import TestClient

from passerby.centre.fleet.certificates import new_authority
from passerby.centre.fleet.client import FleetClient
from passerby.centre.fleet.fleet_desk import FleetDesk, FleetKeys
from passerby.centre.fleet.follower import FleetFollower
from passerby.centre.fleet.routes import fleet_routes
from passerby.centre.store import tables
from passerby.centre.store.fleet import FleetTables
from passerby.contracts.fleet import FleetAccess
from support.fleets import TextInMemory

START_MS = 1_800_000_000_000


TABLES = [
    tables.METADATA.tables[name]
    for name in ("organisation", "line", "station", "unit", *(t for t in tables.METADATA.tables if "fleet_" in t))
]


class FleetCentre:
    """desk: of the centre, with a clock that the test moves. entered: the entries of the audit log."""

    def __init__(self, database: sa.Engine | None = None) -> None:
        self.now_ms = START_MS
        self.entered: list[tuple[str, str, str, str]] = []
        keys = [Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2)]
        self.engine = database or _in_memory()
        keys_of = FleetKeys(keys[0], keys[1], new_authority(keys[1], self.now_ms))
        self.desk = FleetDesk(
            FleetTables(self.engine), keys_of, lambda *entry: self.entered.append(entry), lambda: self.now_ms
        )

    @property
    def acts(self) -> list[str]:
        return [f"{who}: {act} {what} {detail}".strip() for who, act, what, detail in self.entered]

    def add(self, unit: str, station: str) -> None:
        """What `passerby centre enrol-unit` does, for any database."""
        with self.engine.begin() as c:
            organisation = _found(c, tables.ORGANISATION, name="metro")
            place = _found(c, tables.STATION, name=station, organisation_id=organisation)
            _found(c, tables.UNIT, name=unit, station_id=place)

    def invite(self, unit: str, station: str) -> str:
        self.add(unit, station)
        return self.desk.invite(unit, "anna")

    def close(self) -> None:
        self.engine.dispose()

    def client(self) -> FleetClient:
        app = FastAPI()
        app.include_router(fleet_routes(self.desk))
        access = FleetAccess(url="http://127.0.0.1")
        return FleetClient(access, TestClient(app, base_url=access.url))  # type: ignore[arg-type]

    def join(self, unit: str, station: str, folder: Path) -> FleetUnitSide:
        member = self.client().join(self.invite(unit, station), folder)
        return FleetUnitSide(self, member)


def _in_memory() -> sa.Engine:
    made = sa.create_engine("sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False})
    tables.METADATA.create_all(made, TABLES)
    return made


def _found(connection: sa.Connection, table: sa.Table, **values: object) -> int:
    found = connection.execute(sa.select(table.c.id).where(table.c.name == values["name"])).scalar_one_or_none()
    return found or connection.execute(sa.insert(table).values(**values).returning(table.c.id)).scalar_one()


class FleetUnitSide:
    """One unit with a configuration in memory; `ask` asks once."""

    def __init__(self, centre: FleetCentre, member) -> None:
        self.centre, self.member, self.file, self.failing = centre, member, TextInMemory(), 0

    def ask(self) -> None:
        clock, health = (lambda: self.centre.now_ms), (lambda: self.failing)
        FleetFollower(self.centre.client(), self.member, self.file, health, clock, 60).step()
