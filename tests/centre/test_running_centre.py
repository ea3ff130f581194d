"""A running control room with HTTPS, and a unit that joins it by the commands of an operator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest
from ruamel.yaml import YAML
from sqlalchemy import Engine
from typer.testing import CliRunner

from passerby.adapters.centre import CentreDestination
from passerby.adapters.signed_post import trust
from passerby.app.centre_running import RunningCentre, running_centre
from passerby.app.cli import app
from passerby.centre.console.settings import CentreConsole
from passerby.centre.fleet.client import FleetClient
from passerby.centre.fleet.membership import Membership
from passerby.contracts.destinations import Centre, DeliveryError
from passerby.contracts.errors import InputError, UsageError
from passerby.contracts.fleet import FleetAccess
from passerby.contracts.settings import ConsoleSettings
from passerby.store import audit
from passerby.store.connect import reading
from passerby.store.results import DATABASE
from passerby.store.utc import now_ms
from support.certificates import make_authority, needs_openssl, sign
from support.clock import MachineClock
from support.databases import needs_postgres
from support.stored import an_event
from support.waiting import PATIENCE_S

pytestmark = [needs_postgres, needs_openssl, pytest.mark.slow]


def passerby(*words: object) -> str:
    done = CliRunner().invoke(app, list(map(str, words)))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output.strip()


@dataclass
class Room:
    """A running control room with the files of its certificate."""

    running: RunningCentre
    folder: Path
    files: Path
    database: str

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.running.intake.port}"

    def typed(self, *words: object) -> str:
        return passerby(*words, "--database", self.database)

    def audited(self) -> list[str]:
        with reading(self.folder / DATABASE) as connection:
            entries = [row.entry for row in audit.rows(connection)]
        return [f"{one.act} {one.what}" for one in entries]

    def unit_file(self) -> Path:
        """A unit that follows this control room."""
        path = self.files / "unit.yaml"
        made = {
            "station": "Mill",
            "cameras": [],
            "data_dir": "results",
            "fleet": {"url": self.url, "ca_file": str(self.files / "ca.pem")},
        }
        with path.open("w") as file:
            YAML().dump(made, file)
        return path


@pytest.fixture
def room(tmp_path: Path, engine: Engine) -> Iterator[Room]:
    make_authority(tmp_path)
    sign(tmp_path, "centre")
    console = ConsoleSettings(certificate=str(tmp_path / "centre.pem"), key=str(tmp_path / "centre.key"))
    with running_centre(CentreConsole(console=console), engine, tmp_path / "room", 0, console_port=0) as running:
        yield Room(running, tmp_path / "room", tmp_path, engine.url.render_as_string(hide_password=False))


def test_one_program_takes_reports_and_serves_the_fleet_over_https(room: Room) -> None:
    token = room.typed("centre", "enrol-unit", room.folder, "u1", "--station", "Mill")
    invitation, config = room.typed("fleet", "invite", room.folder, "u1"), room.unit_file()
    assert "this is unit u1" in passerby("fleet", "join", config, "--token", invitation)
    (room.files / "settings.yaml").write_text("u1: {alarms: {rearm_s: 90}}\n")
    begun = room.typed("fleet", "begin", room.folder, room.files / "settings.yaml", "--canary", "Mill")
    assert begun.startswith("rollout 1 has begun")
    assert "+  rearm_s: 90" in passerby("fleet", "diff", config)

    settings = Centre(name="c", kind="centre", url=room.url, token=token, ca_file=str(room.files / "ca.pem"))
    destination = CentreDestination(settings, MachineClock(), lambda: 0.5)
    destination.send([an_event("e1")])
    room.typed("centre", "revoke-unit", room.folder, "u1")
    with pytest.raises(DeliveryError, match="401"):
        destination.send([an_event("e2")])
    destination.close()
    with pytest.raises(UsageError, match="revoked"):
        passerby("fleet", "diff", config)
    acts = [act for act in room.audited() if "unit" in act or "rollout" in act]
    assert acts == [
        "unit added u1",
        "unit invited u1",
        "unit joined u1",
        "rollout begun rollout 1",
        "unit revoked u1",
    ]


def test_a_unit_of_another_authority_and_a_plain_one_are_refused(room: Room) -> None:
    room.typed("centre", "enrol-unit", room.folder, "u1", "--station", "Mill")
    passerby("fleet", "join", room.unit_file(), "--token", room.typed("fleet", "invite", room.folder, "u1"))
    member = Membership(room.files / "results" / "fleet")
    make_authority(room.files, "other")
    strange = FleetAccess(url=room.url, ca_file=str(room.files / "other.pem"))
    with FleetClient(strange) as client, pytest.raises(InputError, match=r"(?i)certificate"):
        client.poll(member, 0, now_ms())
    with httpx.Client(verify=trust(str(room.files / "ca.pem")), timeout=PATIENCE_S) as nobody:
        assert nobody.post(f"{room.url}/fleet/v1/poll", json={"failing": 0}).status_code == 403
        assert nobody.post(f"{room.url}/unit/v1/report", json={}).status_code == 401


def test_the_keys_that_units_trust_are_not_made_twice(room: Room, engine: Engine) -> None:
    room.typed("centre", "enrol-unit", room.folder, "u1", "--station", "Mill")
    passerby("fleet", "join", room.unit_file(), "--token", room.typed("fleet", "invite", room.folder, "u1"))
    assert all(file.stat().st_mode & 0o077 == 0 for file in (room.folder / "fleet").glob("*.pem"))
    with (
        pytest.raises(UsageError, match="restore it from a copy"),
        running_centre(CentreConsole(), engine, room.files / "new", 0, console_port=0),
    ):
        pass
