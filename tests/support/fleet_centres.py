"""A control room in memory, and units that ask it through the real routes."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient

from passerby.centre.fleet.certificates import new_authority
from passerby.centre.fleet.client import FleetClient
from passerby.centre.fleet.desk import FleetDesk, FleetKeys
from passerby.centre.fleet.follower import FleetFollower
from passerby.centre.fleet.server import fleet_app
from passerby.centre.fleet.tables import FleetTables
from passerby.contracts.fleet import FleetAccess
from support.fleets import TextInMemory

START_MS = 1_800_000_000_000


class FleetCentre:
    """desk: of the centre, with a clock that the test moves."""

    def __init__(self, database: sa.Engine | None = None) -> None:
        self.now_ms = START_MS
        keys = [Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2)]
        engine = database or sa.create_engine(
            "sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False}
        )
        authority = new_authority(keys[1], self.now_ms)
        self.engine = engine
        self.desk = FleetDesk(FleetTables(engine), FleetKeys(keys[0], keys[1], authority), lambda: self.now_ms)

    def close(self) -> None:
        self.engine.dispose()

    def client(self) -> FleetClient:
        access = FleetAccess(url="http://127.0.0.1")
        return FleetClient(access, TestClient(fleet_app(self.desk), base_url=access.url))  # type: ignore[arg-type]

    def join(self, unit: str, station: str, folder: Path) -> FleetUnitSide:
        member = self.client().join(self.desk.invite(unit, station), folder)
        return FleetUnitSide(self, member)


class FleetUnitSide:
    """One unit with a configuration in memory; `ask` asks once."""

    def __init__(self, centre: FleetCentre, member) -> None:
        self.centre, self.member, self.file, self.failing = centre, member, TextInMemory(), 0

    def ask(self) -> None:
        clock, health = (lambda: self.centre.now_ms), (lambda: self.failing)
        FleetFollower(self.centre.client(), self.member, self.file, health, clock, 60).step()
