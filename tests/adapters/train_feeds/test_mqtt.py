"""Departures over a real broker."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from passerby.adapters.train_feeds.mqtt import MqttDepartures
from passerby.contracts.destinations import Mqtt
from passerby.evals.ports import free_port
from support.broker import Sender, broker, needs_broker
from support.waiting import until

pytestmark = needs_broker
TRACKS = {stop: [f"track of {stop}"] for stop in ("ready", "last", "retained", "elsewhere")}


def listening(port: int, departed: list[str]) -> MqttDepartures:
    settings = Mqtt(kind="mqtt", name="signalling", host="127.0.0.1", port=port, tls=False)
    return MqttDepartures(settings, "trains/+/departed", TRACKS, departed.append)


def departure(stop: str) -> bytes:
    return json.dumps({"track": stop}).encode()


def test_departures_and_messages_that_are_none(tmp_path: Path) -> None:
    port, departed = free_port(), list[str]()
    with broker(tmp_path, port), closing(Sender(port)) as sender:
        sender.send("trains/0/departed", departure("retained"), retain=True)
        with closing(listening(port, departed)):
            # Until it listens, messages are lost; several can be on their way when the first is heard.
            until(lambda: sender.send("trains/1/departed", departure("ready")) or departed != [])
            for body in (b"", b"[", b"[]", b"7", b'{"track": 7}', departure("unknown"), b"[" * 4000, b"\xff"):
                sender.send("trains/1/departed", body)
            sender.send("elsewhere", departure("elsewhere"))
            sender.send("trains/2/departed", departure("last"))
            until(lambda: "track of last" in departed)
    assert set(departed) == {"track of ready", "track of last"}


@pytest.mark.slow  # the first pause is a second
def test_it_connects_again_after_the_broker_was_gone(tmp_path: Path) -> None:
    port, departed = free_port(), list[str]()
    with closing(listening(port, departed)):
        with broker(tmp_path, port):
            pass
        with broker(tmp_path, port), closing(Sender(port)) as sender:
            until(lambda: sender.send("trains/1/departed", departure("ready")) or departed != [])
