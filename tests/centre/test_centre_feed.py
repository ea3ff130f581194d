"""From a unit's outbox to the tables of a control room, over HTTP and NATS, with real servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from starlette.testclient import TestClient

from passerby.adapters.centre import CentreDestination
from passerby.centre.intake import MOST_CONNECTIONS, create_intake
from passerby.centre.nats_intake import NatsIntake
from passerby.centre.report_desk import ReportDesk
from passerby.centre.reports import read_report
from passerby.centre.store.engine import connect
from passerby.centre.store.tables import COUNT, EVENT, HEALTH, UNIT
from passerby.centre.store.units import NewUnit, enrol
from passerby.console.server import WebServer
from passerby.contracts.destinations import Centre, DeliveryError, DeliveryRefusedError
from passerby.contracts.errors import InputError
from passerby.contracts.events import CameraHealth, CameraStatus, FlowSample, LineSample
from passerby.contracts.reports import HTTP_PATH, MOST_BYTES
from passerby.contracts.settings import ConsoleSettings
from passerby.evals.centre_servers import Server
from passerby.store.utc import now_ms, utc_text
from support.clock import FakeClock
from support.databases import needs_nats, needs_postgres
from support.delivered import deliver
from support.receiver import Receiver
from support.stored import an_event

TOKEN = "a token that is long enough"
UTC = utc_text(now_ms() - 60_000)
FLOW = FlowSample("platform-1", "stairs", "in", 0.0, UTC, 900.0, 41, 39.2, 44.0, 120, 1.0)
LINE = LineSample("platform-1", "stairs", 0.0, UTC, 60.0, 4, 1, 1.0)
HEALTHY = CameraHealth("platform-1", 0.0, UTC, 60.0, CameraStatus.LIVE, 4.0, 0, 0, 12.0, None)


def a_body(*events: dict[str, Any], **changes: Any) -> bytes:
    report = {"version": "0.9", "sent_ms": 1, "disk_free": 0.5, "events": events, **changes}
    return json.dumps(report).encode()


def an_object(**changes: Any) -> dict[str, Any]:
    return {**asdict(an_event("e1", utc=UTC)), **changes}


def destination(url: str, **changes: Any) -> CentreDestination:
    settings = Centre(kind="centre", name="centre", url=url, **{"token": TOKEN, **changes})
    return CentreDestination(settings, FakeClock(utc_s=1_800_000_000.0), lambda: 0.25)


@pytest.mark.parametrize(
    ("body", "sentence", "why"),
    [
        (b"", "cannot be read", "no report"),
        (b"[1]", "cannot be read", "not an object"),
        (b"\xff", "cannot be read", "not UTF-8"),
        (a_body(an_object(id=7)), "events.0.id", "the culprit is named"),
        (a_body(an_object(schema=99)), "update the control room", "a newer unit"),
        (a_body(an_object(id="x" * 201)), "more than 200", "longer than a key of the database may be"),
        (a_body(an_object(seq=2**31)), "not between", "does not fit the column"),
        (a_body(an_object(seq=-1)), "not between", "never written by a unit"),
        (a_body(an_object(utc="yesterday")), "UTC time", "no time"),
        (a_body(an_object(place="a\0b")), "NUL", "PostgreSQL stores no such text"),
        (a_body(an_object(at_s=float("nan"))), "finite", "JSON of Python has NaN"),
        (a_body(disk_free=2), "disk_free", "no fraction"),
        (b" " * (MOST_BYTES + 1), "at most", "bounded memory"),
    ],
)
def test_a_report_that_cannot_be_kept_is_refused_with_a_sentence(body: bytes, sentence: str, why: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_report(body)
    assert why


def test_keys_of_a_newer_unit_are_ignored() -> None:
    report = read_report(a_body(an_object(colour="red"), mood="good"))
    assert report.events == (an_event("e1", utc=UTC),)


@pytest.mark.parametrize(
    ("status", "error"), [(200, None), (401, DeliveryError), (422, DeliveryRefusedError), (503, DeliveryError)]
)
def test_only_a_commit_confirms(status: int, error: type[Exception] | None) -> None:
    with Receiver(lambda _: status) as receiver:
        sender = destination(f"http://127.0.0.1:{receiver.port}")
        if error is None:
            sender.send([an_event()])
        else:
            with pytest.raises(error, match=str(status)):
                sender.send([an_event()])
        ((headers, body),) = receiver.got
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert json.loads(body)["disk_free"] == 0.25


def test_refused_samples_are_passed_over() -> None:
    with Receiver(lambda _: 422) as receiver:
        destination(f"http://127.0.0.1:{receiver.port}").show([FLOW])
        assert len(receiver.got) == 1


def test_an_unreachable_database_is_no_loss_for_the_unit() -> None:
    desk = ReportDesk(connect("postgresql://x@127.0.0.1:1/x"), now_ms)
    answer = desk.take(f"Bearer {TOKEN}", a_body())
    assert answer.status is HTTPStatus.SERVICE_UNAVAILABLE
    assert "127.0.0.1" not in answer.content.detail
    assert desk.take("", a_body()).status is HTTPStatus.UNAUTHORIZED


def test_every_unit_of_a_metro_stays_connected() -> None:
    desk = ReportDesk(connect("postgresql://x@127.0.0.1:1/x"), now_ms)
    server = WebServer(create_intake(desk), ConsoleSettings(), port=0, most=MOST_CONNECTIONS)
    with server, ExitStack() as stack:
        units = [closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) for _ in range(320)]
        answers = []
        for unit in map(stack.enter_context, units):
            unit.request("GET", "/healthz")
            answers.append(unit.getresponse().read())
    assert set(answers) == {b"ok\n"}


@pytest.fixture
def desk(engine: Engine) -> ReportDesk:
    with engine.begin() as connection:
        enrol(connection, NewUnit("unit-1", "Riverside", "metro", "red"), TOKEN)
    return ReportDesk(engine, now_ms)


@needs_postgres
@pytest.mark.slow
def test_answers_of_the_intake(desk: ReportDesk) -> None:
    client = TestClient(create_intake(desk))
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    for headers, body, status in (
        (bearer, a_body(an_object()), 200),
        (bearer, a_body(an_object(id=7)), 422),
        ({}, a_body(), 401),
        ({"Authorization": "Bearer wrong"}, b"not read", 401),
        (bearer, b" " * (MOST_BYTES + 1), 413),
    ):
        assert client.post(HTTP_PATH, content=body, headers=headers).status_code == status
    assert client.get("/healthz").status_code == 200
    assert client.get("/docs").status_code == 404


@pytest.fixture
def over_http(desk: ReportDesk) -> Iterator[CentreDestination]:
    server = WebServer(create_intake(desk), ConsoleSettings(), port=0)
    with server, closing(destination(f"http://127.0.0.1:{server.port}/")) as sender:
        yield sender


@pytest.fixture
def over_nats(desk: ReportDesk, broker: Server) -> Iterator[CentreDestination]:
    url = f"nats://127.0.0.1:{broker.port}"
    with NatsIntake(desk, url, None), closing(destination(url)) as sender:
        yield sender


@needs_postgres
@needs_nats
@pytest.mark.slow
@pytest.mark.parametrize("way", ["over_http", "over_nats"])
def test_what_was_sent_is_committed_once(way: str, request: pytest.FixtureRequest, engine: Engine) -> None:
    sender = request.getfixturevalue(way)
    events = [an_event(f"e{n}", utc=UTC) for n in range(100)]
    deliver(sender, events)
    sender.send(events)
    sender.show([FLOW, LINE, HEALTHY])
    with pytest.raises(DeliveryRefusedError):
        sender.send([an_event("x" * 300, utc=UTC)])
    with engine.connect() as connection:
        numbers = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (EVENT, COUNT, HEALTH)
        ]
        (free,) = connection.execute(select(UNIT.c.disk_free)).scalars()
    assert (numbers, free) == ([100, 1, 1], 0.25)


@needs_postgres
@needs_nats
@pytest.mark.slow
def test_a_broker_that_was_killed_comes_back(over_nats: CentreDestination, broker: Server, engine: Engine) -> None:
    deliver(over_nats, [an_event("e1", utc=UTC)])
    broker.kill()
    with pytest.raises(DeliveryError, match="cannot be reached"):
        over_nats.send([an_event("e2", utc=UTC)])
    broker.start()
    deliver(over_nats, [an_event("e2", utc=UTC)])
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(EVENT)).scalar_one() == 2
