"""Departures by message."""

from __future__ import annotations

import http.client
import json
import socket
import struct
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
    ({"body": "[" * 1000}, 400, "nested too deeply for the parser"),
    ({"body": '{"track": ' * 100}, 400, "nested mappings"),
    ({"body": '{"track": "a", "x": []}'}, 400, "more than a track"),
    ({"body": '{"track": ' + "9" * 900 + "}"}, 400, "a long number for a name"),
    ({"body": '{"track": "\\ud800"}'}, 400, "half a character"),
    ({"body": "\xff"}, 400, "no UTF-8"),
]


@pytest.mark.parametrize(("sent", "status", "why"), REFUSED)
def test_what_is_refused(messages: DepartureMessages, sent: dict[str, str], status: int, why: str) -> None:
    assert post(messages, **sent) == status, why
    assert messages.counted(["a", "b"]) == {"a": 0, "b": 0}


LENGTHS = ["9" * 5000, "-1", "1e3", "1025", "", "٣", "0x10", " "]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_length_that_is_refused(messages: DepartureMessages, length: str, capfd: pytest.CaptureFixture) -> None:
    with socket.create_connection(("127.0.0.1", messages.port), PATIENCE_S) as client:
        head = f"POST /departures HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        client.sendall(head.encode() + b'{"track": "a"}')
        assert client.recv(100).split()[1] == b"413"
    assert messages.counted(["a"]) == {"a": 0}
    assert capfd.readouterr().err == ""


def test_a_connection_that_breaks_off_is_one_line(
    messages: DepartureMessages, capfd: pytest.CaptureFixture, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", messages.port), PATIENCE_S) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closes with a reset
            client.sendall(
                b"POST /departures HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
            )
    assert post(messages, '{"track": "a"}') == 200, "the next message is received"
    messages.close()
    assert "Traceback" not in capfd.readouterr().err
    assert "Traceback" not in caplog.text


def test_a_port_that_is_taken_is_refused(messages: DepartureMessages) -> None:
    with pytest.raises(UsageError, match="choose another"):
        DepartureMessages(messages.port, ["a"])
