"""What a receiver gets."""

from __future__ import annotations

import json

import pytest

from passerby.adapters.envelope import body_of, cloud_event, event_object, sentence
from passerby.adapters.onvif_mapping import onvif_message
from passerby.contracts.events import Event, Measure, Phase, Severity
from support.stored import an_event

UTC = "2026-03-01T08:00:00.000Z"
RUNNER = an_event(
    "e1", kind="fast_movement", camera="platform-1", place="platform", utc=UTC, severity=Severity.WARNING,
    phase=Phase.START, measures=(Measure("speed", 3.234, "m/s", 0.19),), evidence=None,
)  # fmt: skip


def test_the_event_object_is_the_line_of_events_jsonl_with_the_unit() -> None:
    made = json.loads(json.dumps(event_object(RUNNER, "Riverside")))
    assert made["unit"] == "Riverside"
    assert (made["id"], made["seq"], made["phase"], made["severity"]) == ("e1", 0, "start", "warning")
    assert made["measures"] == [{"name": "speed", "value": 3.234, "unit": "m/s", "sd": 0.19}]
    assert made["schema"] == 1


def test_a_cloud_event_has_what_the_specification_requires() -> None:
    made = cloud_event(RUNNER, "Riverside")
    assert {"id", "source", "specversion", "type"} <= made.keys(), "CloudEvents 1.0, section 3"
    assert (made["id"], made["source"]) == ("e1-0", "passerby/Riverside/platform-1")
    assert (made["type"], made["subject"], made["time"]) == ("passerby.event.fast_movement", "platform", UTC)


@pytest.mark.parametrize(
    ("event", "said", "why"),
    [
        (
            RUNNER,
            "WARNING: fast movement start (Riverside, platform-1, platform) at 2026-03-01T08:00:00.000Z:"
            " speed 3.23 ± 0.19 m/s",
            "a figure with its error",
        ),
        (
            an_event(kind="store_unavailable", camera="", place="", utc=None, severity=Severity.ALARM,
                     phase=Phase.END, measures=(Measure("why", "disk full"),)),
            "ALARM: store unavailable end (Riverside): why disk full",
            "an event of the unit, without camera and time",
        ),
    ],
)  # fmt: skip
def test_a_sentence_for_a_chat(event: Event, said: str, why: str) -> None:
    assert sentence(event, "Riverside") == said, why


@pytest.mark.parametrize(
    ("form", "is_batch", "kind", "keys"),
    [
        ("event", False, "application/json", {"id", "seq", "unit"}),
        ("event", True, "application/json", {"events"}),
        ("cloudevents", False, "application/cloudevents+json", {"specversion", "data"}),
        ("text", True, "application/json", {"text"}),
    ],
)
def test_the_body_of_a_message(form: str, is_batch: bool, kind: str, keys: set[str]) -> None:
    content, body = body_of([RUNNER], "Riverside", form, is_batch=is_batch)
    assert content == kind
    assert keys <= json.loads(body).keys()


def test_a_batch_of_cloud_events_is_a_list() -> None:
    kind, body = body_of([RUNNER, RUNNER], "Riverside", "cloudevents", is_batch=True)
    assert kind == "application/cloudevents-batch+json"
    assert len(json.loads(body)) == 2


@pytest.mark.parametrize(
    ("event", "topic", "data"),
    [
        (an_event(kind="intrusion", camera="p1", place="track", phase=Phase.START, utc=UTC),
         "RuleEngine/FieldDetector/ObjectsInside/&p1/p1/track", {"IsInside": True}),
        (an_event(kind="intrusion", camera="p1", place="track", phase=Phase.END, utc=UTC),
         "RuleEngine/FieldDetector/ObjectsInside/&p1/p1/track", {"IsInside": False}),
        (an_event(kind="loitering", camera="p1", place="hall", phase=Phase.START, utc=UTC),
         "RuleEngine/LoiteringDetector/ObjectIsLoitering/&p1/p1/hall", {"State": True, "Since": UTC}),
        (an_event(kind="line_crossing", camera="p1", place="gate", phase=Phase.START, utc=UTC,
                  measures=(Measure("direction", "in"),)),
         "RuleEngine/LineDetector/Crossed/&p1/p1/gate", {"Direction": "in"}),
        (an_event(kind="camera_lost", camera="p1", place="", phase=Phase.START, utc=UTC),
         "VideoSource/SignalLoss/&p1", {"State": True}),
        (an_event(kind="fall", camera="a/b+#", place="", phase=Phase.START, utc=UTC),
         "RuleEngine/pby:Fall/&a_b__/a_b__/fall", {"State": True}),
    ],
    ids=["inside", "outside again", "loitering", "line", "signal", "own name, and no wildcard in a topic"],
)  # fmt: skip
def test_onvifs_mapping(event: Event, topic: str, data: dict[str, object]) -> None:
    made = onvif_message(event)
    assert made is not None
    payload = json.loads(made[1])
    assert (made[0], payload["Data"], payload["UtcTime"]) == (topic, data, UTC)
    assert "ObjectId" not in made[1].decode(), "nothing about a person"


def test_onvif_has_no_updates() -> None:
    assert onvif_message(an_event(kind="loitering", phase=Phase.UPDATE, camera="p1")) is None
