"""Departures by message."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator

import pytest

from passerby.adapters.messages import DepartureMessages, ReceivedDepartures
from passerby.contracts.errors import UsageError
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState
from support.waiting import PATIENCE_S


@pytest.fixture
def messages() -> Iterator[DepartureMessages]:
    with DepartureMessages(0, ["a", "b"]) as listening:
        yield listening


def post(messages: DepartureMessages, body: str, path: str = "/departures", kind: str = "application/json") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", messages.port, timeout=PATIENCE_S)
    connection.request("POST", path, body, {"Content-Type": kind})
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_departure_is_counted(messages: DepartureMessages) -> None:
    assert [post(messages, json.dumps({"track": name})) for name in ("a", "a", "b")] == [200, 200, 200]
    at = Timestamp(5)
    reported = ReceivedDepartures(messages, ["a"]).merged((TrainState("a", True, at, 0),), at)
    assert reported == (TrainState("a", True, at, 2),)


REFUSED = [
    ({"body": '{"track": "c"}'}, 400, "a track nobody knows"),
    ({"body": "[]"}, 400, "no mapping"),
    ({"body": "{"}, 400, "no JSON"),
    ({"body": '{"track": "a"}', "path": "/"}, 404, "elsewhere"),
    ({"body": '{"track": "a"}', "kind": "text/plain"}, 415, "what a web page could send"),
    ({"body": " " * 2000}, 413, "too long"),
]


@pytest.mark.parametrize(("sent", "status", "why"), REFUSED)
def test_what_is_refused(messages: DepartureMessages, sent: dict[str, str], status: int, why: str) -> None:
    assert post(messages, **sent) == status, why
    assert messages.counted(["a", "b"]) == {"a": 0, "b": 0}


def test_a_port_that_is_taken_is_refused(messages: DepartureMessages) -> None:
    with pytest.raises(UsageError, match="choose another"):
        DepartureMessages(messages.port, ["a"])
