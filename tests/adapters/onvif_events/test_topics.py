"""Topics: each kind of events has one, and filters choose them."""

from __future__ import annotations

import pytest
from lxml import etree

from passerby.adapters.onvif_events.messages import OnvifMessage, event_message
from passerby.adapters.onvif_events.soap import Element, SoapError, clark, element
from passerby.adapters.onvif_events.topics import CONCRETE_SET, ITEM_FILTER, TopicFilter, descriptions, topic_set
from passerby.adapters.onvif_mapping import onvif_event
from passerby.contracts.event_kinds import EVENT_KINDS
from passerby.contracts.events import Event, Phase
from support.stored import an_event

NOW = "2026-03-01T08:00:00.000Z"


def message(kind: str, camera: str = "platform-1", place: str = "edge") -> OnvifMessage:
    made = onvif_event(an_event(kind=kind, camera=camera, place=place, phase=Phase.START))
    assert made is not None
    return event_message(made, "Changed", NOW)


def takes(one: OnvifMessage, *parts: Element) -> bool:
    given = element("tev:Filter", *parts)
    return TopicFilter(etree.fromstring(etree.tostring(given))).takes(one.topic, one.content)


def topic(text: str) -> Element:
    return element("wsnt:TopicExpression", text, Dialect=CONCRETE_SET)


def content(text: str) -> Element:
    return element("wsnt:MessageContent", text, Dialect=ITEM_FILTER)


def test_every_kind_has_its_topic_in_the_tree() -> None:
    tree = topic_set()
    for kind in EVENT_KINDS.values():
        path = "/".join(clark(level) if ":" in level else level for level in kind.topic.split("/"))
        found = tree.find(path)
        assert found is not None, kind.topic
        assert found.get(clark("wstop:topic")) == "true"


@pytest.mark.parametrize("kind", sorted(EVENT_KINDS))
def test_a_message_has_only_items_that_its_description_names(kind: str) -> None:
    camera = "" if EVENT_KINDS[kind].topic.startswith("tns1:Device") else "platform-1"
    event: Event = an_event(kind=kind, camera=camera, phase=Phase.START)
    made = onvif_event(event)
    assert made is not None
    (described,) = [one for one in descriptions() if one.topic == made.topic]
    assert set(made.source) == set(described.source)
    assert set(made.data) <= set(described.data)
    assert described.is_property == bool(made.state)


@pytest.mark.parametrize(
    ("parts", "kinds"),
    [
        ([], {"intrusion", "fall", "camera_dark", "queue"}),
        ([topic("tns1:RuleEngine//.")], {"intrusion", "fall", "queue"}),
        ([topic("tns1:RuleEngine/pby:Fall")], {"fall"}),
        ([topic("tns1:RuleEngine/pby:Fall|tns1:VideoSource//.")], {"fall", "camera_dark"}),
        ([topic("tns1:RuleEngine/FieldDetector/ObjectsInside")], {"intrusion"}),
        ([topic("tns1:RuleEngine/FieldDetector")], set()),
        ([content('boolean(//tt:SimpleItem[@Name="Rule" and @Value="edge"])')], {"intrusion", "fall", "queue"}),
        ([topic("tns1:RuleEngine//."), content('boolean(//tt:SimpleItem[@Value="hall"])')], set()),
    ],
)
def test_filters(parts: list[Element], kinds: set[str]) -> None:
    found = {kind for kind in ("intrusion", "fall", "camera_dark", "queue") if takes(message(kind), *parts)}
    assert found == kinds


def test_the_prefix_of_a_client_is_its_own() -> None:
    text = '<f xmlns:w="http://docs.oasis-open.org/wsn/b-2" xmlns:x="http://www.onvif.org/ver10/topics">'
    given = etree.fromstring(text + "<w:TopicExpression>x:RuleEngine//.</w:TopicExpression></f>")
    assert TopicFilter(given).takes(message("fall").topic, message("fall").content)


@pytest.mark.parametrize(
    "part",
    [
        topic("*"),
        topic(""),
        topic("tns1:RuleEngine/*"),
        topic("other:RuleEngine"),
        topic("tns1:" + "a" * 2_000),
        content("not an ("),
        element("wsnt:TopicExpression", "tns1:RuleEngine", Dialect="http://example.org/other"),
        element("wsnt:ProducerProperties", "x"),
    ],
)
def test_filters_that_are_refused(part: Element) -> None:
    with pytest.raises(SoapError):
        takes(message("fall"), part)
