"""Server-sent events over real HTTP: what is new arrives, also after a lost connection."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx2 as httpx
import pytest

from passerby.console import feed as feed_module
from passerby.console import stream as stream_module
from passerby.console.feed import MOST_STREAMS, Feed, FeedPlace
from passerby.console.server import WebServer
from passerby.contracts.events import Phase, Severity
from passerby.contracts.settings import ConsoleSettings
from passerby.store import accounts, handling
from support.alarmed import raise_alarm
from support.consoles import PASSWORD, ConsoleStage
from support.stored import an_event
from support.waiting import PATIENCE_S, until


class _Stream:
    """A page's connection, read message by message."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def next(self, *kinds: str) -> tuple[str, Any, str]:
        """The next message of these kinds: kind, data, id."""
        seen: dict[str, str] = {}
        for line in self._lines:
            name, _, value = line.partition(": ")
            if line:
                seen[name] = value
            elif seen:
                if seen["event"] in kinds:
                    return seen["event"], json.loads(seen["data"]), seen.get("id", "")
                seen = {}
        raise AssertionError("the stream ended")


@contextmanager
def browser(stage: ConsoleStage) -> Iterator[httpx.Client]:
    with WebServer(stage.app, ConsoleSettings(), port=0) as server:
        try:
            with httpx.Client(base_url=server.address, timeout=PATIENCE_S) as client:
                assert client.post("/login", data={"name": "anna", "password": PASSWORD}).status_code == 303
                yield client
        finally:
            stage.app.state.services.feed.close()


@contextmanager
def following(client: httpx.Client, last: str = "") -> Iterator[_Stream]:
    headers = {"last-event-id": last} if last else {}
    with client.stream("GET", "/api/v1/stream", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _Stream(answer.iter_lines())


def test_alarms_and_acts_arrive_and_a_lost_connection_continues(stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    raise_alarm(stage.store, stage.folder, "before")
    with browser(stage) as client:
        with following(client) as stream:
            stream.next("hello")
            raise_alarm(stage.store, stage.folder, "a", "intrusion", priority=Severity.ALARM)
            kind, data, last = stream.next("alarm", "act")
            assert (kind, data["id"], data["priority"], data["phase"]) == ("alarm", "a", "alarm", "start")
        stage.store.write(lambda c: handling.add(c, "a", "acknowledged", "boris"))
        raise_alarm(stage.store, stage.folder, "b")
        with following(client, last) as stream:
            found = [stream.next("alarm", "act") for _ in range(2)]
        assert [(kind, data.get("id") or data["alarm"]) for kind, data, _ in found] == [
            ("alarm", "b"),
            ("act", "a"),
        ]


def test_an_alarm_is_announced_before_it_is_stored(stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    with browser(stage) as client, following(client) as stream:
        stream.next("hello")
        feed = stage.app.state.services.feed
        feed.announce(an_event("x", kind="intrusion", phase=Phase.START), False)
        feed.announce(an_event("y", kind="fall", phase=Phase.START), True)  # its alarm follows from the store
        _, data, last = stream.next("raised")
        assert (data["title"], data["stored"], last) == ("Intrusion", False, "")
        raise_alarm(stage.store, stage.folder, "z")
        assert stream.next("raised", "alarm")[0] == "alarm"


def test_a_session_that_ended_ends_its_stream(stage: ConsoleStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "ASK_SESSION_EVERY_S", 0.0)
    monkeypatch.setattr(feed_module, "TICK_EVERY_S", 0.1)
    stage.account("boss", "admin")
    stage.account("anna", "operator")
    with browser(stage) as client, following(client) as stream:
        stream.next("hello")
        stage.store.write(lambda c: accounts.remove(c, "anna", "test"))
        assert stream.next("expired")[0] == "expired"


def test_the_server_stops_while_a_page_is_open(stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    with browser(stage) as client, following(client) as stream:
        stream.next("hello")
        stage.app.state.services.feed.close()
        with pytest.raises(AssertionError, match="the stream ended"):
            stream.next("never")
    until(lambda: "console" not in [thread.name for thread in threading.enumerate()])


def test_a_page_that_missed_too_much_loads_again(stage: ConsoleStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "MOST_AT_ONCE", 2)
    for number in range(3):
        raise_alarm(stage.store, stage.folder, f"a{number}", still=False)
    (message,) = stage.app.state.services.feed.after(FeedPlace())
    assert (message.kind, message.id) == ("reload", "3.0")


def test_streams_are_bounded(stage: ConsoleStage) -> None:
    feed: Feed = stage.app.state.services.feed
    feed._streams |= {asyncio.Queue() for _ in range(MOST_STREAMS)}
    assert stage.logged_in("operator").get("/api/v1/stream").status_code == 503


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("7.3", FeedPlace(7, 3)),
        ("", None),
        ("7", None),
        ("7.x", None),
        ("-1.2", None),
        ("٣.٤", None),
        ("9" * 30 + ".1", None),
    ],
)
def test_an_identifier_is_read_or_ignored(text: str, place: FeedPlace | None) -> None:
    assert FeedPlace.read(text) == place
    if place:
        assert replace(place).text == text


def test_the_store_is_asked_once_for_all_streams(stage: ConsoleStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "LOOK_EVERY_S", PATIENCE_S)
    feed: Feed = stage.app.state.services.feed
    looks: list[int] = []
    look = feed._look
    monkeypatch.setattr(feed, "_look", lambda: (looks.append(1), look())[1])

    async def ask(times: int) -> None:
        await asyncio.gather(*(feed._latest() for _ in range(times)))

    asyncio.run(ask(50))
    assert len(looks) == 1
