"""Departures from an MQTT broker: each message {"track": "NAME"} is one."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any

import paho.mqtt.client as paho

from passerby.adapters.mqtt import KEEPALIVE_S, QOS, mqtt_client
from passerby.contracts.closing import Closing
from passerby.contracts.destinations import Mqtt

log = logging.getLogger(__name__)
MOST_BYTES = 4096
# Pauses between attempts to connect, seconds.
FIRST_PAUSE_S, MOST_PAUSE_S = 1, 120


class MqttDepartures(Closing):
    """Listens to `topic` of the broker of a destination until `close`, and connects again after a failure.

    tracks: those of each stop. departed: takes the track of each departure. Raises UsageError for unusable files.
    """

    def __init__(
        self, broker: Mqtt, topic: str, tracks: Mapping[str, Collection[str]], departed: Callable[[str], object]
    ) -> None:
        self._topic, self._tracks, self._departed = topic, tracks, departed
        self._client = mqtt_client(broker, reconnect=True)
        self._client.reconnect_delay_set(FIRST_PAUSE_S, MOST_PAUSE_S)
        self._client.on_connect, self._client.on_message = self._on_connect, self._on_message
        self._client.connect_async(broker.host, broker.port, KEEPALIVE_S, clean_start=True)
        self._client.loop_start()

    def close(self) -> None:
        """End the connection."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.warning("departures by MQTT: the broker refuses the login (%s)", reason)
        else:
            client.subscribe(self._topic, QOS)

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        if message.retain or len(message.payload) > MOST_BYTES:  # a retained one is from an earlier time
            return
        try:
            stop = json.loads(message.payload)["track"]
        except (ValueError, KeyError, TypeError, RecursionError):
            log.warning('departures by MQTT: a message on %s is not {"track": NAME}', message.topic)
            return
        for track in self._tracks.get(stop, ()) if isinstance(stop, str) else ():
            self._departed(track)
