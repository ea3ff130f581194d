"""Acts of the control room on the way back to the units, over HTTP and NATS with real servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from passerby.adapters.centre import CentreDestination
from passerby.app.destinations import make_destination
from passerby.centre.acts_for_units import AT_ONCE, ActsForUnits
from passerby.centre.intake import create_intake
from passerby.centre.nats_intake import NatsIntake
from passerby.centre.report_desk import ReportDesk
from passerby.centre.store.units import NewUnit, enrol
from passerby.console.server import WebServer
from passerby.contracts.destinations import Centre, DeliveryError
from passerby.contracts.events import Severity
from passerby.contracts.reports import OLDEST_ACT_MS, UnitAct
from passerby.contracts.settings import ConsoleSettings
from passerby.evals.centre_servers import nats
from passerby.store import handling
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms, utc_text
from support.clock import MachineClock
from support.databases import needs_nats, needs_postgres
from support.stored import an_event
from support.waiting import until

pytestmark = [needs_postgres, needs_nats, pytest.mark.slow]
UTC = utc_text(now_ms() - 60_000)


def token(unit: str) -> str:
    return f"the long token of {unit}"


@dataclass
class Room:
    """A control room with units that report to it. got: the acts that each unit took."""

    store: ResultsStore
    desk: ReportDesk
    stack: ExitStack
    address: str = ""
    got: dict[str, list[UnitAct]] = field(default_factory=dict)

    def unit(self, name: str) -> CentreDestination:
        """A unit that has just started."""
        settings = Centre(kind="centre", name="centre", url=self.address, token=token(name))
        took = self.got.setdefault(name, [])
        made = make_destination(settings, name, MachineClock(), Path("/"), took.extend)
        assert isinstance(made, CentreDestination)
        return self.stack.enter_context(closing(made))

    def act(self, *acts: tuple[str, handling.ActName], at_ms: int | None = None) -> None:
        add = partial(handling.add_known, actor="anna (console)", note="", at_ms=at_ms)
        self.store.write(lambda c: [add(c, alarm, act) for alarm, act in acts])


@pytest.fixture
def room(engine: Engine, tmp_path: Path) -> Iterator[Room]:
    with engine.begin() as connection:
        for name in ("u1", "u2"):
            enrol(connection, NewUnit(name, name, "metro"), token(name))
    with ExitStack() as stack:
        store = stack.enter_context(ResultsStore(tmp_path / "room"))
        desk = ReportDesk(engine, now_ms, ActsForUnits(store, engine, now_ms))
        server = stack.enter_context(WebServer(create_intake(desk), ConsoleSettings(), port=0))
        yield Room(store, desk, stack, f"http://127.0.0.1:{server.port}")


def over_nats(room: Room, folder: Path) -> None:
    folder.chmod(0o755)
    broker = nats(folder)
    broker.start()
    room.stack.callback(broker.close)
    room.address = f"nats://127.0.0.1:{broker.port}"
    room.stack.enter_context(NatsIntake(room.desk, room.address, None))


def report(unit: CentreDestination, *ids: str) -> None:
    """Report until it is confirmed: over NATS nobody may listen yet."""
    events = [an_event(one, utc=UTC, severity=Severity.WARNING) for one in ids]

    def is_delivered() -> bool:
        with suppress(DeliveryError):
            unit.send(events) if events else unit.show([])
            return True
        return False

    until(is_delivered)


@pytest.mark.parametrize("way", ["https", "nats"])
def test_an_act_goes_to_the_unit_of_the_alarm_once_and_again_after_its_start(
    room: Room, way: str, tmp_path: Path
) -> None:
    if way == "nats":
        over_nats(room, tmp_path)
    first, second = room.unit("u1"), room.unit("u2")
    report(first, "e1")
    report(second, "e2")
    room.act(("e1", "acknowledged"), ("e1", "shelved"), ("nobody's", "resolved"))
    for _ in range(2):
        report(first)
        report(second)
    assert [(one.alarm, one.act, one.who) for one in room.got["u1"]] == [("e1", "acknowledged", "anna")]
    assert room.got["u2"] == []
    report(room.unit("u1"))
    assert len(room.got["u1"]) == 2


def test_many_acts_come_in_parts_and_old_ones_do_not_come(room: Room) -> None:
    unit = room.unit("u1")
    report(unit, "e1")
    room.act(("e1", "useful"), at_ms=now_ms() - OLDEST_ACT_MS - 1000)
    room.act(*[("e1", "useful")] * (AT_ONCE + 5))
    report(unit)
    assert len(room.got["u1"]) == AT_ONCE
    report(unit)
    assert len(room.got["u1"]) == AT_ONCE + 5


def test_an_older_copy_of_the_control_room_does_not_silence_it(room: Room) -> None:
    unit = room.unit("u1")
    report(unit, "e1")
    room.act(("e1", "acknowledged"), ("e1", "resolved"))
    report(unit)
    room.store.write(lambda c: c.execute("DELETE FROM alarm_act"))
    room.act(("e1", "reopened"))
    report(unit)
    assert [one.act for one in room.got["u1"]] == ["acknowledged", "resolved", "reopened"]


def test_acts_that_the_unit_could_not_keep_come_again(room: Room) -> None:
    unit = room.unit("u1")
    report(unit, "e1")
    room.act(("e1", "acknowledged"))
    took = room.got["u1"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit, "_take_acts", _full)
        with pytest.raises(OSError, match="full"):
            unit.show([])
    report(unit)
    assert len(took) == 1


def _full(_: object) -> None:
    raise OSError("full")
