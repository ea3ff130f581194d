"""A real MQTT broker on loopback, from Debian's package mosquitto."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from support.waiting import ended, until

PROGRAM = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
needs_broker = pytest.mark.skipif(PROGRAM is None, reason="Debian's mosquitto is not installed")


@contextmanager
def broker(folder: Path, port: int, *lines: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a broker until the end of the block, or until the test kills it."""
    assert PROGRAM is not None
    config = folder / f"mosquitto-{port}.conf"
    # Started by root it would change to another user, who may not read the files of a test.
    listening = (f"user {getpass.getuser()}", f"listener {port} 127.0.0.1")
    config.write_text("\n".join((*listening, *(lines or ("allow_anonymous true",)), "")))
    with subprocess.Popen(
        [PROGRAM, "-c", str(config)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as run:
        try:
            until(lambda: listens(port) or run.poll() is not None)
            assert run.poll() is None, "the broker does not start with this configuration"
            yield run
        finally:
            run.kill()
            ended(run)


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


class Listener:
    """Keeps topic, payload and retain flag of every message."""

    def __init__(self, port: int, topic: str = "#") -> None:
        self.got: list[tuple[str, bytes, bool]] = []
        ready = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self._client.on_message = lambda _c, _d, m: self.got.append((m.topic, m.payload, m.retain))
        self._client.on_subscribe = lambda *_: ready.set()
        self._client.on_connect = lambda client, *_: client.subscribe(topic, 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert ready.wait(60)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Sender:
    """Publishes messages."""

    def __init__(self, port: int) -> None:
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def send(self, topic: str, body: bytes, *, retain: bool = False) -> None:
        self._client.publish(topic, body, 1, retain).wait_for_publish(60)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
