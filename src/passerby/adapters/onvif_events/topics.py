"""The topics of the event service and the filters of a subscription (WS-Topics, ONVIF Core)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from passerby.adapters.onvif_events.soap import NAMESPACES, Element, SoapError, clark, element
from passerby.adapters.onvif_mapping import FURTHER, source_of, state_of
from passerby.contracts.event_kinds import EVENT_KINDS, EventKind

ZONE_COUNT, LINE_COUNT = "tns1:RuleEngine/CountAggregation/OccupancyCounter", "tns1:RuleEngine/pby:LineCount"
CONCRETE_SET = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"
CONCRETE = "http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete"
ITEM_FILTER = "http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter"
_TYPES = {"VideoSource": "tt:ReferenceToken", "VideoAnalyticsConfiguration": "tt:ReferenceToken"}
_TYPES |= {"Token": "tt:ReferenceToken", "Rule": "xs:string", "Direction": "xs:string", "Since": "xs:dateTime"}
_TYPES |= {"Count": "xs:nonNegativeInteger", "In": "xs:nonNegativeInteger", "Out": "xs:nonNegativeInteger"}
# A filter is a short expression; longer ones only cost time.
LONGEST_FILTER = 1_000
MOST_FILTERS = 20


@dataclass(frozen=True, slots=True)
class TopicDescription:
    """The items of one topic's messages."""

    topic: str
    is_property: bool
    source: tuple[str, ...]
    data: tuple[str, ...]


def descriptions() -> list[TopicDescription]:
    """Return each topic once, of all kinds of events and of counts."""
    found = {kind.topic: _described(kind) for kind in EVENT_KINDS.values()}
    rule = ("VideoSource", "VideoAnalyticsConfiguration", "Rule")
    found[ZONE_COUNT] = TopicDescription(ZONE_COUNT, False, rule, ("Count",))
    found[LINE_COUNT] = TopicDescription(LINE_COUNT, False, rule, ("In", "Out"))
    return [found[topic] for topic in sorted(found)]


def topic_set() -> Element:
    """Return the tree of all topics with the descriptions of their messages."""
    root = element("wstop:TopicSet")
    for one in descriptions():
        node = root
        for level in one.topic.split("/"):
            tag = clark(level) if ":" in level else level
            below = node.find(tag)
            node = etree.SubElement(node, tag) if below is None else below
        node.set(clark("wstop:topic"), "true")
        node.append(_message_description(one))
    return root


class TopicFilter:
    """Decides which messages a subscription gets. given: the element wsnt:Filter, None for all messages.

    Raises SoapError for a dialect or an expression that is not understood.
    """

    def __init__(self, given: Element | None) -> None:
        self._topics: list[tuple[str, bool]] = []
        self._contents: list[etree.XPath] = []
        parts = [] if given is None else list(given)
        if len(parts) > MOST_FILTERS or any(len(part.text or "") > LONGEST_FILTER for part in parts):
            raise SoapError("the filter is too long", "s:Sender", "wsnt:InvalidFilterFault")
        for part in parts:
            self._add(part)

    def takes(self, topic: str, message: Element) -> bool:
        """Return whether a message passes. message: the element tt:Message."""
        wanted = not self._topics or any(
            topic == one or (is_tree and topic.startswith(f"{one}/")) for one, is_tree in self._topics
        )
        return wanted and all(bool(content(message)) for content in self._contents)

    def _add(self, part: Element) -> None:
        text, dialect = (part.text or "").strip(), part.get("Dialect")
        if part.tag == clark("wsnt:TopicExpression") and dialect in (None, CONCRETE, CONCRETE_SET):
            self._topics += [_topic(one.strip(), part.nsmap) for one in text.split("|")]
        elif part.tag == clark("wsnt:MessageContent") and dialect in (None, ITEM_FILTER):
            try:
                spaces = {p: space for p, space in part.nsmap.items() if p} | {"tt": NAMESPACES["tt"]}
                self._contents.append(etree.XPath(text, namespaces=spaces))
            except etree.XPathError:
                raise SoapError("not an item filter", "s:Sender", "wsnt:InvalidFilterFault") from None
        else:
            raise SoapError("this filter is not supported", "s:Sender", "wsnt:InvalidFilterFault")


def _topic(expression: str, spaces: Mapping[str | None, str]) -> tuple[str, bool]:
    """Return a topic with our prefixes, and whether everything below it is meant as well."""
    path, is_tree = expression.removesuffix("//."), expression.endswith("//.")
    levels = [_level(level, spaces) for level in path.split("/")]
    if not levels[0].startswith("tns1:") or "" in levels or "*" in levels:
        raise SoapError("write topics as tns1:A/B or tns1:A//.", "s:Sender", "wsnt:InvalidTopicExpressionFault")
    return "/".join(levels), is_tree


def _level(level: str, spaces: Mapping[str | None, str]) -> str:
    prefix, colon, name = level.rpartition(":")
    if not colon:
        return level
    space = spaces.get(prefix, NAMESPACES.get(prefix, ""))
    ours = next((p for p in ("tns1", "pby") if NAMESPACES[p] == space), "unknown")
    return f"{ours}:{name}"


def _described(kind: EventKind) -> TopicDescription:
    state = state_of(kind)
    is_of_unit = kind.topic.startswith("tns1:Device")
    source = tuple(source_of(kind, "" if is_of_unit else "camera", ""))
    return TopicDescription(
        kind.topic, bool(state), source, ((state,) if state else ()) + FURTHER.get(kind.name, ())
    )


def _message_description(one: TopicDescription) -> Element:
    return element(
        "tt:MessageDescription",
        element("tt:Source", *_items(one.source)),
        element("tt:Data", *_items(one.data)),
        IsProperty=str(one.is_property).lower(),
    )


def _items(names: Iterable[str]) -> list[Element]:
    return [element("tt:SimpleItemDescription", Name=name, Type=_TYPES.get(name, "xs:boolean")) for name in names]
