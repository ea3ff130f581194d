"""Descriptions of counts and cameras by which Home Assistant finds them (MQTT discovery, its documentation of the
MQTT integration, sections sensor and binary_sensor)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from passerby.adapters.mqtt_state import state_topic
from passerby.contracts.events import CameraHealth, LineSample, OccupancySample, ZoneSample
from passerby.contracts.ports import Sample
from passerby.contracts.version import __version__

# A value counts as unknown when so many of its windows were missed.
MISSED_WINDOWS = 5


def discovery(sample: Sample, root: str, unit: str, prefix: str) -> Iterator[tuple[str, bytes]]:
    """Yield topic and payload of each entity that a sample gives.

    root: of our topics, PREFIX/passerby/v1/UNIT. prefix: of Home Assistant, normally `homeassistant`.
    """
    topic = f"{root}/{state_topic(sample)}"
    for component, field, settings in _entities(sample):
        unique = _identifier(f"passerby {topic} {field}")
        payload = {
            **settings,
            "unique_id": unique,
            "state_topic": topic,
            "availability_topic": f"{root}/status",
            "expire_after": round(sample.window_s * MISSED_WINDOWS),
            "device": {
                "identifiers": [_identifier(f"passerby {root}")],
                "name": unit,
                "manufacturer": "passerby",
                "sw_version": __version__,
            },
        }
        yield f"{prefix}/{component}/{unique}/config", json.dumps(payload, ensure_ascii=False).encode()


def _entities(sample: Sample) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield component, field of the payload and settings of each entity."""
    match sample:
        case ZoneSample():
            yield _number("count_mean", f"{sample.camera}, {sample.zone}: people", "people")
        case LineSample():
            for direction in ("in", "out"):
                yield _number(
                    direction, f"{sample.camera}, {sample.line}: people {direction} per minute", "people"
                )
        case OccupancySample():
            yield _number("people", f"{sample.place}: people", "people")
        case CameraHealth():
            template = "{{ 'OFF' if value_json.state in ('connecting', 'down') else 'ON' }}"
            name = f"{sample.camera}: pictures"
            yield "binary_sensor", "state", _entity(name, template, device_class="connectivity")


def _number(field: str, name: str, unit: str) -> tuple[str, str, dict[str, Any]]:
    template = f"{{{{ value_json['{field}'] }}}}"
    return "sensor", field, _entity(name, template, unit_of_measurement=unit, state_class="measurement")


def _entity(name: str, template: str, **more: str) -> dict[str, Any]:
    return {"name": name, "value_template": template, **more}


def _identifier(text: str) -> str:
    """Return a text with the characters that a level of discovery may have."""
    return re.sub(r"[^A-Za-z0-9]", lambda found: "_" if found[0] in " /_" else f"_{ord(found[0]):x}_", text)
