"""A property is true while any of its incidents lasts."""

from __future__ import annotations

from passerby.adapters.onvif_events.properties import PropertyStates
from passerby.contracts.config import Unit
from passerby.contracts.events import Event, Phase
from support import stage
from support.stored import an_end, an_event

UNIT = Unit(station="Riverside", cameras=(stage.camera(name="platform-1"),))


def intrusion(id_: str, **changes: str) -> Event:
    return an_event(id_, kind="intrusion", camera="platform-1", place="track", **changes)


def end(id_: str) -> Event:
    return an_end(id_, 1, kind="intrusion", camera="platform-1", place="track")


def inside(states: PropertyStates, event: Event) -> object:
    made = states.apply(event)
    assert made is not None
    return made.data["IsInside"]


def test_it_ends_with_the_last_incident() -> None:
    states = PropertyStates(UNIT, [intrusion("before")])
    events = [intrusion("e1"), end("e1"), end("before"), end("before")]
    assert [inside(states, event) for event in events] == [True, True, False, False]


def test_every_rule_is_a_property_that_is_false_at_first() -> None:
    rules = [rule for camera in UNIT.cameras for rule in camera.rules if rule.kind != "line_crossing"]
    states = list(PropertyStates(UNIT, []).present())
    assert len(states) == len({(one.topic, tuple(one.source.items())) for one in states})
    assert 0 < len(states) <= len(rules)
    assert not any(one.data[one.state] for one in states)


def test_an_update_says_nothing() -> None:
    assert PropertyStates(UNIT, []).apply(an_event(phase=Phase.UPDATE)) is None
