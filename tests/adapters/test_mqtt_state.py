"""Topics and bodies of retained counts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from passerby.adapters.mqtt_state import state_body, state_topic, topic_level
from passerby.contracts.ports import Sample
from support.stored import FLOW, HEALTH, LINE, PLACE, ZONE


@pytest.mark.parametrize(("name", "level"), [("platform-1", "platform-1"), ("a/b+c#", "a_b_c_"), ("Ü 1", "Ü 1")])
def test_a_name_is_one_level_of_a_topic(name: str, level: str) -> None:
    assert topic_level(name) == level


@pytest.mark.parametrize(
    ("sample", "topic"),
    [
        (ZONE, "platform-1/zones/platform"),
        (LINE, "platform-1/lines/stairs"),
        (FLOW, "platform-1/flows/stairs/in"),
        (PLACE, "unit/places/station"),
        (HEALTH, "platform-1/health"),
        (replace(ZONE, zone="a/#"), "platform-1/zones/a__"),
    ],
)
def test_each_place_has_a_topic(sample: Sample, topic: str) -> None:
    assert state_topic(sample) == topic
    assert json.loads(state_body(sample))["window_s"] == sample.window_s


def test_a_direction_has_the_name_of_the_csv_file() -> None:
    body = json.loads(state_body(LINE))
    assert (body["in"], body["out"]) == (12, 3)
    assert "in_" not in body
