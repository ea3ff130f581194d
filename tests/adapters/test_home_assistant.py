"""Descriptions for Home Assistant: its required keys, unique identifiers, and values that the counts have."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined

from passerby.adapters.home_assistant import discovery
from passerby.adapters.mqtt_state import state_body, state_topic
from passerby.contracts.events import CameraStatus
from passerby.contracts.ports import Sample
from support.stored import FLOW, HEALTH, LINE, PLACE, ZONE

ROOT = "metro/passerby/v1/Riverside"


def described(sample: Sample) -> list[tuple[str, dict[str, Any]]]:
    return [(topic, json.loads(body)) for topic, body in discovery(sample, ROOT, "Riverside", "homeassistant")]


def value(sample: Sample, template: str) -> str:
    """What Home Assistant shows: it renders the template with Jinja."""
    made = Environment(undefined=StrictUndefined, autoescape=True).from_string(template)
    return made.render(value_json=json.loads(state_body(sample)))


@pytest.mark.parametrize(
    ("sample", "values"),
    [
        (ZONE, ["3.25"]),
        (LINE, ["12", "3"]),
        (PLACE, ["9"]),
        (HEALTH, ["ON"]),
        (replace(HEALTH, state=CameraStatus.DOWN), ["OFF"]),
        (replace(HEALTH, state=CameraStatus.BLIND), ["ON"]),
        (FLOW, []),
    ],
)
def test_the_value_of_each_entity_comes_from_the_retained_message(sample: Sample, values: list[str]) -> None:
    found = described(sample)
    assert [value(sample, payload["value_template"]) for _, payload in found] == values
    for topic, payload in found:
        assert re.fullmatch(r"homeassistant/(sensor|binary_sensor)/[A-Za-z0-9_]+/config", topic)
        assert payload["state_topic"] == f"{ROOT}/{state_topic(sample)}"
        assert payload["availability_topic"] == f"{ROOT}/status"
        assert payload["expire_after"] > sample.window_s


def test_places_with_similar_names_are_different_entities() -> None:
    zones = [replace(ZONE, zone=name) for name in ("a b", "a-b", "ab", "ä")]
    identifiers = [payload["unique_id"] for zone in zones for _, payload in described(zone)]
    assert len(set(identifiers)) == len(zones)
