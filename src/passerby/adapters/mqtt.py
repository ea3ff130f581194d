"""Sends to an MQTT 5 broker: events as our object and in ONVIF's JSON mapping, counts and health as retained
messages.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from passerby.adapters.envelope import event_object
from passerby.adapters.home_assistant import discovery
from passerby.adapters.mqtt_state import state_body, state_topic, topic_level
from passerby.adapters.onvif_mapping import onvif_message
from passerby.contracts.destinations import DeliveryError, DeliveryRefusedError, Mqtt
from passerby.contracts.errors import UsageError
from passerby.contracts.events import Event
from passerby.contracts.ports import Sample

QOS = 1
KEEPALIVE_S = 30
ONLINE, OFFLINE = "online", "offline"


class MqttDestination:
    """Publishes with QoS 1 and waits for the broker's acknowledgements.

    Topics: PREFIX/passerby/v1/UNIT/CAMERA/KIND (the event object), PREFIX/onvif-ej/... (kinds that ONVIF knows),
    PREFIX/passerby/v1/UNIT/status (retained; `offline` by last will), and those of `state_topic` (retained).
    Raises UsageError for unusable files.
    """

    def __init__(self, settings: Mqtt, unit: str) -> None:
        self._settings, self._unit = settings, unit
        self._connected, self._answered = threading.Event(), threading.Event()
        self._refused = ""
        self._status = f"{self._root}/status"
        self._retained: dict[str, bytes] = {}
        self._client = self._made()

    def send(self, events: Sequence[Event]) -> None:
        """See EventDestination."""
        self._connect()
        self._confirmed([self._publish(topic, body) for event in events for topic, body in self._messages(event)])

    def show(self, samples: Sequence[Sample]) -> None:
        """See StateDestination."""
        new = {topic: body for sample in samples for topic, body in self._states(sample)}
        changed = {topic: body for topic, body in new.items() if self._retained.get(topic) != body}
        self._connect()
        self._confirmed([self._publish(topic, body, retain=True) for topic, body in changed.items()])
        self._retained |= changed

    def _confirmed(self, sent: Sequence[paho.MQTTMessageInfo]) -> None:
        for info in sent:
            try:
                info.wait_for_publish(self._settings.timeout_s)
            except (RuntimeError, ValueError) as error:
                raise DeliveryError(f"{self._where} lost the connection ({error})") from error
            if not info.is_published():
                raise DeliveryError(f"{self._where} does not acknowledge")

    def close(self) -> None:
        """See EventDestination. An orderly end publishes `offline` as a lost connection does."""
        if self._connected.is_set():
            goodbye = self._client.publish(self._status, OFFLINE, QOS, retain=True)
            with suppress(RuntimeError, ValueError):  # just lost: the last will says the same
                goodbye.wait_for_publish(1.0)
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def _root(self) -> str:
        return f"{self._settings.prefix}/passerby/v1/{topic_level(self._unit)}"

    @property
    def _where(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    def _messages(self, event: Event) -> list[tuple[str, bytes]]:
        body = json.dumps(event_object(event, self._unit), ensure_ascii=False).encode()
        own = f"{self._root}/{topic_level(event.camera or 'unit')}/{event.kind}"
        onvif = onvif_message(event)
        return [(own, body)] + ([(f"{self._settings.prefix}/onvif-ej/{onvif[0]}", onvif[1])] if onvif else [])

    def _states(self, sample: Sample) -> Iterator[tuple[str, bytes]]:
        yield f"{self._root}/{state_topic(sample)}", state_body(sample)
        if self._settings.home_assistant is not None:
            yield from discovery(sample, self._root, self._unit, self._settings.home_assistant)

    def _publish(self, topic: str, body: bytes, *, retain: bool = False) -> paho.MQTTMessageInfo:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.ContentType = "application/json"
        try:
            info = self._client.publish(topic, body, QOS, retain, properties)
        except ValueError as error:
            raise DeliveryRefusedError(f"{self._where} cannot take {topic!r} ({error})") from error
        if info.rc not in (paho.MQTT_ERR_SUCCESS, paho.MQTT_ERR_NO_CONN):
            raise DeliveryError(f"{self._where}: {paho.error_string(info.rc)}")
        return info

    def _connect(self) -> None:
        if self._connected.is_set():
            return
        settings, self._refused = self._settings, ""
        self._answered.clear()
        self._client.loop_stop()
        self._client = self._made()
        try:
            self._client.connect(settings.host, settings.port, KEEPALIVE_S, clean_start=True)
        except (OSError, ValueError) as error:
            raise DeliveryError(f"{self._where} cannot be reached ({error})") from error
        self._client.loop_start()
        self._answered.wait(settings.timeout_s)
        if not self._connected.is_set():
            self._client.loop_stop()
            raise DeliveryError(
                f"{self._where} {self._refused or 'does not answer the login, or refuses the certificate'}"
            )
        self._client.publish(self._status, ONLINE, QOS, retain=True)
        for topic, body in self._retained.items():  # the broker may have lost them
            self._publish(topic, body, retain=True)

    def _made(self) -> paho.Client:
        client = mqtt_client(self._settings)
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.will_set(self._status, OFFLINE, QOS, retain=True)
        return client

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._refused = f"refuses the login ({reason})"
        else:
            self._connected.set()
        self._answered.set()

    def _on_disconnect(self, *_: Any) -> None:
        self._connected.clear()
        self._answered.set()  # a broker that refuses our certificate does so after the handshake


def mqtt_client(settings: Mqtt, *, reconnect: bool = False) -> paho.Client:
    """Return a client with the login and the certificates of a broker. Raises UsageError for unusable files."""
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5, reconnect_on_failure=reconnect)
    client.connect_timeout = settings.timeout_s
    if settings.user is not None:
        client.username_pw_set(settings.user, settings.password)
    if settings.tls:
        client.tls_set_context(_tls(settings))
    return client


def _tls(settings: Mqtt) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        if settings.certificate is not None:
            context.load_cert_chain(settings.certificate, settings.key)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"destination {settings.name}: certificates cannot be read ({error})") from error
    return context
