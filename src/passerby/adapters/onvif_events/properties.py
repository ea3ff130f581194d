"""The properties of ONVIF: which rules and faults last at the moment. Several incidents can make one true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from passerby.adapters.onvif_mapping import OnvifEvent, onvif_event, source_of, state_of
from passerby.contracts.config import Unit
from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Event


@dataclass(frozen=True, slots=True)
class _Property:
    topic: str
    source: tuple[tuple[str, str], ...]
    state: str


class PropertyStates:
    """The state of each property. incidents: those that are open. The rules of the unit are false until then."""

    def __init__(self, unit: Unit, incidents: Iterable[Event]) -> None:
        self._open: dict[_Property, set[str]] = {one: set() for one in _of_rules(unit)}
        for event in incidents:
            made = onvif_event(event)
            if made is not None and made.state:
                self._ids(made).add(event.id)

    def apply(self, event: Event) -> OnvifEvent | None:
        """Note an event and return it in ONVIF's terms: a property is true until its last incident ends."""
        made = onvif_event(event)
        if made is None or not made.state:
            return made
        ids = self._ids(made)
        if made.data[made.state]:
            ids.add(event.id)
        else:
            ids.discard(event.id)
        return replace(made, data={**made.data, made.state: bool(ids)})

    def present(self) -> Iterator[OnvifEvent]:
        """Yield the present state of every property."""
        for one, ids in self._open.items():
            yield OnvifEvent(one.topic, None, dict(one.source), {one.state: bool(ids)}, one.state)

    def _ids(self, made: OnvifEvent) -> set[str]:
        return self._open.setdefault(_Property(made.topic, tuple(made.source.items()), made.state), set())


def _of_rules(unit: Unit) -> Iterator[_Property]:
    for camera in unit.cameras:
        for rule in camera.rules:
            kind = kind_of(rule.kind)
            if not kind.is_momentary:
                source = source_of(kind, camera.name, getattr(rule, "zone", ""))
                yield _Property(kind.topic, tuple(source.items()), state_of(kind))
