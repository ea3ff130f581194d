"""Acts of a station on the way to the control room, as both programs are wired: outbox, NATS, PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from passerby.adapters.centre import CentreDestination
from passerby.app.centre_running import NatsAddress, running_centre
from passerby.app.destinations import delivering
from passerby.centre.acts_for_units import ActsForUnits
from passerby.centre.acts_of_units import ActsOfUnits, is_of_unit
from passerby.centre.console.ports import AlarmWanted, StaffReach
from passerby.centre.console.settings import CentreConsole
from passerby.centre.intake import create_intake
from passerby.centre.report_desk import ReportDesk
from passerby.centre.store.queries import PostgresQueries
from passerby.centre.store.units import NewUnit, digest, enrol
from passerby.console.handle import ActRequest, perform
from passerby.console.server import WebServer
from passerby.contracts.alarms import ActName
from passerby.contracts.config import Unit
from passerby.contracts.destinations import Centre
from passerby.contracts.reports import StationAct, StationActs
from passerby.contracts.settings import ConsoleSettings
from passerby.evals.centre_servers import Server
from passerby.store import audit, handling
from passerby.store.connect import reading
from passerby.store.handling import AlarmAct, Handling
from passerby.store.results import DATABASE, ResultsStore
from passerby.store.utc import now_ms
from support.alarmed import raise_alarm
from support.clock import MachineClock
from support.consoles import ConsoleStage, console_stage
from support.databases import needs_nats, needs_postgres
from support.waiting import until

pytestmark = [needs_postgres, needs_nats, pytest.mark.slow]


def token(unit: str) -> str:
    return f"the long token of {unit}"


@dataclass
class Room:
    """A control room with its results folder, and how units reach it."""

    folder: Path
    address: str

    def handling(self, alarm: str) -> Handling:
        with reading(self.folder / DATABASE) as connection:
            return handling.of_alarms(connection, [alarm]).get(alarm, Handling())

    def acts(self, alarm: str) -> tuple[AlarmAct, ...]:
        return self.handling(alarm).acts

    def audited(self) -> list[tuple[str, str, str, str]]:
        with reading(self.folder / DATABASE) as connection:
            entries = [row.entry for row in audit.rows(connection)]
        return [(one.act, one.actor, one.what, one.detail) for one in entries]


@pytest.fixture
def enrolled(engine: Engine) -> Engine:
    with engine.begin() as connection:
        for name in ("mill-1", "harbour-1"):
            enrol(connection, NewUnit(name, name.partition("-")[0].title(), "metro"), token(name))
    return engine


@pytest.fixture
def room(enrolled: Engine, broker: Server, tmp_path: Path) -> Iterator[Room]:
    """A control room that takes reports over NATS."""
    url = f"nats://127.0.0.1:{broker.port}"
    where = NatsAddress(url, None)
    with running_centre(CentreConsole(), enrolled, tmp_path / "room", 0, where, console_port=0):
        yield Room(tmp_path / "room", url)


@contextmanager
def reporting(stage: ConsoleStage, name: str, address: str) -> Iterator[None]:
    """The unit of a console delivers to the control room, as a running unit does."""
    destination = {"kind": "centre", "name": "centre", "url": address, "token": token(name), "timeout_s": 2}
    unit = Unit.model_validate({"station": name, "cameras": [], "destinations": [destination]})
    numbers = count()
    with delivering(unit, stage.store, MachineClock(), lambda: f"d{next(numbers)}", lambda _: None):
        yield


def act(stage: ConsoleStage, alarm: str, name: str, note: str = "", **more: Any) -> None:
    values = {"minutes": 30, "actor": "anna (console)", **more}
    perform(stage.app.state.services.ports, ActRequest(alarm, name, note, **values))  # type: ignore[arg-type]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[ConsoleStage]:
    with console_stage(tmp_path / "mill") as made:
        yield made


def test_the_control_room_sees_each_act_of_the_station_once_with_its_person_and_both_ends_audit_it(
    room: Room, stage: ConsoleStage
) -> None:
    with reporting(stage, "mill-1", room.address):
        raise_alarm(stage.store, stage.folder, "e1", still=False)
        act(stage, "e1", "acknowledged")
        until(lambda: len(room.acts("e1")) == 1)
        act(stage, "e1", "handed_over", "the guard is there")
        act(stage, "e1", "shelved", "sun on the lens")
        until(lambda: len(room.acts("e1")) == 3)
    assert room.handling("e1").shelved_until_ms is not None
    with reporting(stage, "mill-1", room.address):  # after a start they go again
        shelf = {"camera": "platform-1", "kind": "fast_movement", "place": "platform"}
        assert stage.logged_in("operator", "anna").post("/shelves/end", data=shelf).status_code == 204
        act(stage, "e1", "resolved", "a bird")
        until(lambda: len(room.acts("e1")) == 5)
    assert room.handling("e1").shelved_until_ms is None
    found = room.acts("e1")
    assert [one.act for one in found] == ["acknowledged", "handed_over", "shelved", "unshelved", "resolved"]
    assert {one.who for one in found} == {"anna (unit mill-1)"}
    with stage.store.reading() as connection:
        mine = handling.of_alarms(connection, ["e1"])["e1"].acts
    assert [one.at_ms for one in found] == [one.at_ms for one in mine], "with the times of the station"
    (entry,) = [one for one in room.audited() if one[0] == "resolved"]
    assert entry == ("resolved", "anna (unit mill-1)", "e1", "a bird")


def test_acts_during_an_outage_come_afterwards_in_their_order(
    room: Room, stage: ConsoleStage, broker: Server
) -> None:
    with reporting(stage, "mill-1", room.address):
        raise_alarm(stage.store, stage.folder, "e1", still=False)
        act(stage, "e1", "acknowledged")
        until(lambda: len(room.acts("e1")) == 1)
        broker.kill()
        act(stage, "e1", "resolved", "a bird")
        act(stage, "e1", "reopened", "it is back")
        broker.start()
        until(lambda: len(room.acts("e1")) == 3)
    assert [one.act for one in room.acts("e1")] == ["acknowledged", "resolved", "reopened"]
    assert room.handling("e1").resolved is None


@dataclass
class OpenRoom:
    """A control room whose store a test may write, as a folder has one writer. address: where units report."""

    store: ResultsStore
    keeper: ActsOfUnits
    reported: PostgresQueries
    address: str

    def has(self, alarm: str) -> bool:
        return self.reported.alarms(StaffReach(None), AlarmWanted(id=alarm)) != []

    def acts(self, alarm: str) -> list[tuple[str, str]]:
        return _acts(self.store, alarm)

    def act(self, alarm: str, name: ActName) -> None:
        self.store.write(lambda c: handling.add_known(c, alarm, name, "boris (console)", ""))


@pytest.fixture
def open_room(enrolled: Engine, tmp_path: Path) -> Iterator[OpenRoom]:
    with ResultsStore(tmp_path / "open") as store:
        keeper = ActsOfUnits(store, enrolled)
        desk = ReportDesk(enrolled, now_ms, ActsForUnits(store, enrolled, now_ms), keeper)
        with WebServer(create_intake(desk), ConsoleSettings(), port=0) as server:
            yield OpenRoom(store, keeper, PostgresQueries(enrolled), f"http://127.0.0.1:{server.port}")


def _acts(store: ResultsStore, alarm: str) -> list[tuple[str, str]]:
    with store.reading() as connection:
        found = handling.of_alarms(connection, [alarm]).get(alarm, Handling()).acts
    return [(one.act, one.who) for one in sorted(found, key=lambda one: one.row)]


def test_acts_of_both_sides_meet_and_none_comes_back(open_room: OpenRoom, stage: ConsoleStage) -> None:
    with reporting(stage, "mill-1", open_room.address):
        raise_alarm(stage.store, stage.folder, "e1", still=False)
        act(stage, "e1", "acknowledged")
        until(lambda: len(open_room.acts("e1")) == 1 and open_room.has("e1"))
        open_room.act("e1", "handed_over")
        act(stage, "e1", "useful")  # is news, so that an answer comes now
        until(lambda: len(_acts(stage.store, "e1")) == 3)
        act(stage, "e1", "resolved", "a bird")
        until(lambda: len(open_room.acts("e1")) == 4)
    ours, theirs = "anna", "boris (control room)"
    first, *crossing, last = _acts(stage.store, "e1")
    assert (first, last) == (("acknowledged", ours), ("resolved", ours))
    assert sorted(crossing) == [("handed_over", theirs), ("useful", ours)], "either may be first there"
    unit, room = "anna (unit mill-1)", "boris"
    assert open_room.acts("e1") == [
        ("acknowledged", unit),
        ("handed_over", room),
        ("useful", unit),
        ("resolved", unit),
    ]


def test_a_unit_acts_on_its_own_alarms_only_and_an_act_may_come_before_its_alarm(
    open_room: OpenRoom, stage: ConsoleStage
) -> None:
    with reporting(stage, "mill-1", open_room.address):
        raise_alarm(stage.store, stage.folder, "e1", still=False)
        act(stage, "e1", "acknowledged")
        until(lambda: open_room.acts("e1") != [] and open_room.has("e1"))
    strange = StationAct(("e1", "e7"), "resolved", "eve", 1_700_000_000_000, "")
    assert open_room.keeper.keep(digest(token("harbour-1")), [strange, strange]) == 1
    assert open_room.acts("e1") == [("acknowledged", "anna (unit mill-1)")]
    assert open_room.acts("e7") == [("resolved", "eve (unit harbour-1)")]


def test_an_older_control_room_is_asked_to_keep_no_act(enrolled: Engine, tmp_path: Path) -> None:
    def read(_: int) -> StationActs:
        raise AssertionError("no act is read for it")

    desk = ReportDesk(enrolled, now_ms)
    with WebServer(create_intake(desk), ConsoleSettings(), port=0) as server:
        settings = Centre(
            kind="centre", name="centre", url=f"http://127.0.0.1:{server.port}", token=token("mill-1")
        )
        with closing(CentreDestination(settings, MachineClock(), lambda: 0.5, None, read)) as destination:
            for _ in range(2):
                destination.show([])


def test_an_act_that_is_refused_takes_no_other_with_it(open_room: OpenRoom) -> None:
    given = [StationAct((f"e{n}",), "useful", "anna", 1_700_000_000_000 + n, note) for n, note in enumerate(NOTES)]

    def read(row: int) -> StationActs:
        return StationActs(tuple(given), 3) if row == 0 else StationActs((), 3)

    settings = Centre(kind="centre", name="centre", url=open_room.address, token=token("mill-1"))
    with closing(CentreDestination(settings, MachineClock(), lambda: 0.5, None, read)) as destination:
        destination.show([])
    assert [len(open_room.acts(f"e{n}")) for n in range(3)] == [1, 0, 1]


NOTES = ("", "a note with \0", "")


@pytest.mark.parametrize(
    ("actor", "is_theirs"),
    [
        ("anna (unit mill-1)", True),
        ("anna (console)", False),
        ("a (unit b) (console)", False),
        ("a (unit b) (token)", False),
        ("root", False),
    ],
)
def test_only_acts_that_units_reported_are_theirs(actor: str, is_theirs: bool) -> None:
    assert is_of_unit(actor) is is_theirs
