"""MQTT against a real broker: topics, acknowledgement, last will, a broker that dies, a wrong login."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from passerby.adapters.mqtt import MqttDestination
from passerby.contracts.destinations import DeliveryError, Mqtt
from passerby.contracts.events import Phase
from passerby.evals.ports import free_port
from support.broker import Listener, broker, needs_broker
from support.certificates import make_authority, needs_openssl, sign
from support.delivered import deliver
from support.stored import HEALTH, LINE, PLACE, ZONE, an_event
from support.waiting import PATIENCE_S, until

pytestmark = needs_broker
STATUS = "metro/passerby/v1/Riverside 1/status"


def destination(port: int, **changes: Any) -> MqttDestination:
    settings = {
        "host": "127.0.0.1",
        "port": port,
        "tls": False,
        "prefix": "metro",
        "timeout_s": PATIENCE_S,
        **changes,
    }
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


def test_closing_while_a_loss_is_noticed_raises_nothing(port: int) -> None:
    mqtt = destination(port)
    mqtt._connected.set()  # paho has lost the connection, and has not called back yet
    mqtt.close()


def test_a_silent_broker_is_not_taken_for_a_good_one(tmp_path: Path) -> None:
    port = free_port()
    with broker(tmp_path, port) as run, closing(destination(port, timeout_s=1.0)) as mqtt:
        deliver(mqtt, [an_event()])  # a busy machine may take longer than its time
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


def newest(listener: Listener) -> dict[str, bytes]:
    return {topic: body for topic, body, _ in listener.got}


def test_counts_and_health_are_there_for_a_reader_that_comes_later(port: int) -> None:
    with closing(destination(port)) as mqtt:
        mqtt.show([ZONE, LINE, PLACE, HEALTH])
        mqtt.show([replace(ZONE, count_mean=5.5)])
        with closing(Listener(port, "metro/passerby/v1/Riverside 1/#")) as listener:
            until(lambda: len(listener.got) >= 5)
            assert all(is_retained for _, _, is_retained in listener.got)
            shown = newest(listener)
    root = "metro/passerby/v1/Riverside 1"
    assert json.loads(shown[f"{root}/platform-1/zones/platform"])["count_mean"] == 5.5
    assert json.loads(shown[f"{root}/platform-1/lines/stairs"])["in"] == 12
    assert json.loads(shown[f"{root}/unit/places/station"])["people"] == 9
    assert json.loads(shown[f"{root}/platform-1/health"])["state"] == "live"
    assert not any("homeassistant" in topic for topic in shown)


def test_a_broker_that_forgot_everything_gets_the_counts_again(tmp_path: Path) -> None:
    port = free_port()
    with closing(destination(port, home_assistant="homeassistant")) as mqtt:
        with broker(tmp_path, port):
            mqtt.show([ZONE])
        until(lambda: not mqtt._connected.is_set())
        with broker(tmp_path, port), closing(Listener(port)) as listener:
            mqtt.show([])
            until(lambda: any(topic.endswith("zones/platform") for topic in newest(listener)))
            until(lambda: any(topic.startswith("homeassistant/sensor/") for topic in newest(listener)))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A broker and a unit of one authority, and a broker of another one."""
    folder = tmp_path_factory.mktemp("tls")
    for authority, name in (("ca", "broker"), ("ca", "unit"), ("other", "false-broker")):
        if not (folder / f"{authority}.pem").exists():
            make_authority(folder, authority)
        sign(folder, name, authority)
    sign(folder, "elsewhere", address="DNS:broker.example")
    return folder


def encrypted(folder: Path, name: str) -> tuple[str, ...]:
    files = (f"cafile {folder / 'ca.pem'}", f"certfile {folder / name}.pem", f"keyfile {folder / name}.key")
    return (*files, "require_certificate true", "use_identity_as_username true")


def secure(port: int, folder: Path, **changes: Any) -> MqttDestination:
    files = {"ca_file": "ca.pem", "certificate": "unit.pem", "key": "unit.key", **changes}
    named = {key: None if name is None else str(folder / name) for key, name in files.items()}
    return destination(port, tls=True, **named)


@needs_openssl
def test_tls_with_certificates_on_both_sides(tmp_path: Path, certificates: Path) -> None:
    port = free_port()
    with (
        broker(tmp_path, port, *encrypted(certificates, "broker")),
        closing(secure(port, certificates)) as mqtt,
    ):
        mqtt.send([an_event()])


@needs_openssl
# paho leaves the socket of a failed handshake to the collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in.*SSLSocket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("false-broker", {}),  # signed by another authority
        ("elsewhere", {}),  # for another address
        ("broker", {"certificate": None, "key": None}),  # the unit shows none
    ],
)
def test_a_wrong_certificate_ends_the_connection_before_an_event_is_sent(
    tmp_path: Path, certificates: Path, name: str, changes: dict[str, None]
) -> None:
    port = free_port()
    with (
        broker(tmp_path, port, *encrypted(certificates, name)),
        closing(secure(port, certificates, **changes)) as mqtt,
        pytest.raises(DeliveryError, match=rf"127\.0\.0\.1:{port}"),
    ):
        mqtt.send([an_event()])
