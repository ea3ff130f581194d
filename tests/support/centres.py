"""A control room over what a test says that units reported, and the people of each organisation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from passerby.centre.console.app import create
from passerby.centre.console.ports import (
    AlarmWanted,
    CentrePorts,
    PictureAnswer,
    PictureRequest,
    ReportedAlarm,
    ReportedFlow,
    ReportedUnit,
    StaffReach,
)
from passerby.console.passwords import digest, hashed, new_token
from passerby.console.sessions import COOKIE
from passerby.contracts.alarms import Alarm
from passerby.contracts.errors import InputError
from passerby.contracts.events import Event, EvidenceRef, Measure, Phase, Severity
from passerby.contracts.settings import ConsoleSettings
from passerby.store import accounts, scopes, tokens
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms, utc_text
from support.consoles import PASSWORD
from support.fleet_centres import FleetCentre

LINES = {"Riverside": "red", "Mill": "red", "Harbour": "blue"}
_HASH = hashed(PASSWORD)


def reported_alarm(
    id_: str, station: str, priority: Severity = Severity.WARNING, *, ago_s: float = 30.0, people: int = 1
) -> ReportedAlarm:
    """An alarm of a station that began `ago_s` seconds ago, with redacted evidence at its unit."""
    utc = utc_text(now_ms() - round(1000 * ago_s))
    ref = EvidenceRef(f"stills/{id_}.jpg", "ab", "silhouette", f"clips/{id_}.mp4")
    kind = "intrusion" if priority is Severity.ALARM else "fast_movement"
    measure = Measure("inside", 3.2, "s") if priority is Severity.ALARM else Measure("speed", 3.1, "m/s", 0.1)
    event = Event(
        id_, 0, kind, Phase.START, "platform-1", "track", 1.0, 2.0, utc, people, priority, (measure,), ref
    )
    alarm = Alarm(id_, 0, kind, Phase.START, "platform-1", "track", priority, 2.0, utc, 1, people)
    return ReportedAlarm(f"unit-{station.lower()}", station, LINES[station], alarm, (event,))


def reported_unit(station: str, *, ago_s: float = 5.0, **changed: object) -> ReportedUnit:
    """A unit of a station that reported `ago_s` seconds ago."""
    values: dict[str, object] = {
        "name": f"unit-{station.lower()}",
        "station": station,
        "line": LINES[station],
        "version": "0.9.0",
        "last_seen_ms": now_ms() - round(1000 * ago_s),
        "clock_skew_s": 0.02,
        "disk_free": 0.6,
        "cameras": 16,
        "cameras_unwell": (),
    }
    return ReportedUnit(**{**values, **changed})  # type: ignore[arg-type]


@dataclass
class StubReported:
    """What units reported."""

    all_alarms: list[ReportedAlarm] = field(default_factory=list)
    all_units: list[ReportedUnit] = field(default_factory=list)
    all_flows: list[ReportedFlow] = field(default_factory=list)
    number: int = 1

    def alarms(self, reach: StaffReach, wanted: AlarmWanted) -> Sequence[ReportedAlarm]:
        return [
            one
            for one in self.all_alarms
            if (reach.includes(one.station) or one.alarm.id in reach.alarms)
            and wanted.line in ("", one.line)
            and wanted.station in ("", one.station)
            and wanted.id in ("", one.alarm.id)
        ][: wanted.last]

    def units(self, reach: StaffReach) -> Sequence[ReportedUnit]:
        return [one for one in self.all_units if reach.includes(one.station)]

    def flows(self, reach: StaffReach, since_ms: int, until_ms: int, station: str) -> Iterator[ReportedFlow]:
        for one in self.all_flows:
            if reach.includes(one.station) and since_ms <= one.at_ms < until_ms and station in ("", one.station):
                yield one

    def newest(self) -> int:
        return self.number


@dataclass
class StubPictures:
    """A unit that answers with `status`, or not at all. closed: how many answers were read or left."""

    status: int = 200
    is_away: bool = False
    body: bytes = b"picture"
    asked: list[PictureRequest] = field(default_factory=list)
    closed: int = 0

    def ask(self, wanted: PictureRequest) -> PictureAnswer:
        if self.is_away:
            raise InputError(f"unit {wanted.unit} does not answer")
        self.asked.append(wanted)
        return PictureAnswer(
            self.status, {"Content-Length": str(len(self.body)), "Set-Cookie": "x=1"}, self._chunks()
        )

    def _chunks(self) -> Iterator[bytes]:
        try:
            yield self.body[:3]
            yield self.body[3:]
        finally:
            self.closed += 1


@dataclass
class CentreStage:
    """The console of a control room, and what is behind it."""

    app: FastAPI
    store: ResultsStore
    reported: StubReported
    pictures: StubPictures
    fleet: FleetCentre

    def visitor(self, **headers: str) -> TestClient:
        """A browser without login; redirections are not followed."""
        return TestClient(self.app, follow_redirects=False, raise_server_exceptions=False, headers=headers)

    def account(self, name: str, role: str, organisation: str = "", *stations: str) -> None:
        """Add an account with PASSWORD, and its scope unless it has none."""
        self.store.write(lambda c: accounts.add(c, name, role, _HASH, "test"))
        if organisation:
            self.store.write(lambda c: scopes.set_scope(c, name, organisation, stations, "test"))

    def logged_in(self, name: str) -> TestClient:
        """A browser of this account; its requests carry the token of its forms."""
        token = self.app.state.services.sessions.begin(name, None)  # a password would cost 50 ms
        with self.store.reading() as connection:
            session = accounts.session(connection, digest(token))
        assert session is not None
        browser = self.visitor(**{"x-csrf-token": session.csrf})
        browser.cookies.set(COOKIE, token)
        return browser

    def person(self, role: str, organisation: str = "", *stations: str) -> TestClient:
        """A browser of a new account with this role and scope."""
        name = f"{role} {organisation}"
        self.account(name, role, organisation, *stations)
        return self.logged_in(name)

    def program(self, *granted: str, organisation: str = "", stations: Sequence[str] = ()) -> TestClient:
        """A program with a token."""
        token = new_token()
        self.store.write(lambda c: tokens.add(c, "display", digest(token), granted, "test"))
        if organisation:
            self.store.write(lambda c: scopes.set_scope(c, "display (token)", organisation, stations, "test"))
        return self.visitor(authorization=f"Bearer {token}")


@contextmanager
def centre_stage(folder: Path) -> Iterator[CentreStage]:
    """A control room of three stations with an alarm and a unit each."""
    reported, pictures = StubReported(), StubPictures()
    reported.all_alarms = [
        reported_alarm("river", "Riverside"),
        reported_alarm("mill", "Mill", Severity.ALARM, ago_s=60),
        reported_alarm("harbour", "Harbour", ago_s=10),
    ]
    reported.all_units = [reported_unit(name) for name in LINES]
    with ResultsStore(folder) as store, closing(FleetCentre()) as fleet:
        ports = CentrePorts(store, folder, reported, pictures, fleet.desk, "Metro", "Asia/Almaty")
        yield CentreStage(create(ports, ConsoleSettings()), store, reported, pictures, fleet)
