"""MQTT against a real broker: topics, acknowledgement, last will, a broker that dies, a wrong login."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from passerby.adapters.mqtt import MqttDestination, topic_level
from passerby.contracts.destinations import DeliveryError, Mqtt
from passerby.contracts.events import Phase
from support.broker import Listener, broker, free_port, needs_broker
from support.stored import an_event
from support.waiting import until

pytestmark = needs_broker
STATUS = "metro/passerby/v1/Riverside 1/status"


def destination(port: int, **changes: Any) -> MqttDestination:
    settings = {"host": "127.0.0.1", "port": port, "tls": False, "prefix": "metro", "timeout_s": 5.0, **changes}
    return MqttDestination(Mqtt(kind="mqtt", name="broker", **settings), "Riverside 1")


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    with broker(tmp_path, port):
        yield port


def test_an_event_in_both_forms_and_the_status(port: int) -> None:
    with closing(Listener(port)) as listener:
        with closing(destination(port)) as mqtt:
            mqtt.send([an_event("e1", kind="intrusion", camera="platform-1", place="track", phase=Phase.START)])
            until(lambda: len(listener.got) >= 3)
        until(lambda: (STATUS, b"offline", False) in listener.got)
    by_topic = {topic: body for topic, body, _ in listener.got}
    assert json.loads(by_topic["metro/passerby/v1/Riverside 1/platform-1/intrusion"])["id"] == "e1"
    onvif = by_topic["metro/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&platform-1/platform-1/track"]
    assert json.loads(onvif)["Data"] == {"IsInside": True}
    assert (STATUS, b"online", False) in listener.got


def test_a_unit_that_dies_is_reported_by_the_last_will(port: int) -> None:
    with closing(Listener(port)) as listener:
        mqtt = destination(port)
        mqtt.send([an_event()])
        mqtt._client.socket().close()  # as if the machine lost its power
        until(lambda: (STATUS, b"offline", False) in listener.got)


def test_a_broker_that_dies_and_comes_back(tmp_path: Path) -> None:
    port = free_port()
    with closing(destination(port)) as mqtt:
        with pytest.raises(DeliveryError, match="cannot be reached"):
            mqtt.send([an_event()])
        with broker(tmp_path, port):
            mqtt.send([an_event()])
        until(lambda: not mqtt._connected.is_set())
        with pytest.raises(DeliveryError):
            mqtt.send([an_event()])
        with broker(tmp_path, port), closing(Listener(port)) as listener:
            mqtt.send([an_event("e9")])
            until(lambda: any(b'"e9"' in body for _, body, _ in listener.got))


def test_a_silent_broker_is_not_taken_for_a_good_one(tmp_path: Path) -> None:
    port = free_port()
    with broker(tmp_path, port) as run, closing(destination(port, timeout_s=1.0)) as mqtt:
        mqtt.send([an_event()])
        os.kill(run.pid, signal.SIGSTOP)
        try:
            with pytest.raises(DeliveryError, match="does not acknowledge"):
                mqtt.send([an_event("e2")])
        finally:
            os.kill(run.pid, signal.SIGCONT)


def test_a_wrong_login_is_named(tmp_path: Path) -> None:
    port = free_port()
    with (
        broker(tmp_path, port, "allow_anonymous false"),
        closing(destination(port, user="unit", password="wrong")) as mqtt,
        pytest.raises(DeliveryError, match="refuses the login"),
    ):
        mqtt.send([an_event()])


@pytest.mark.parametrize(("name", "level"), [("platform-1", "platform-1"), ("a/b+c#", "a_b_c_"), ("Ü 1", "Ü 1")])
def test_a_name_is_one_level_of_a_topic(name: str, level: str) -> None:
    assert topic_level(name) == level
