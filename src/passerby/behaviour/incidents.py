"""From hits to incidents: one start, updates and one end, without chatter.

A hit belongs to the open incident of its rule and person; the person may have several tracks, one after the other
(continuity.py). An incident ends after the time of its kind without a hit (contracts/event_kinds.py), or after the
absence that its rule allows if that is longer; then the rule's cool-down suppresses the spot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Event, Measure, Phase, Severity
from passerby.contracts.people import Hit, Subject
from passerby.contracts.rules import Rule
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.places import BODY_M

# Intervals of updates, seconds: for a lasting incident, and for a growing number of people. Chosen by
# judgement; not varied in a measurement.
UPDATE_EVERY_S, MORE_PEOPLE_EVERY_S = 60.0, 5.0
# A cool-down suppresses hits within this distance of the incident's last hit, metres. Chosen by judgement
# (decision 0003); not varied in a measurement.
SPOT_M = 1.5


@dataclass(slots=True)
class _Incident:
    """An incident: its latest hit with its time, and the values of the last report; seq: number of reports."""

    id: str
    hit: Hit
    last: Timestamp
    seq: int = 0
    reported_s: float = 0.0
    reported_people: int = 0


class Incidents:
    """The incidents of one camera. `suppressed` counts hits suppressed by a cool-down."""

    def __init__(self, camera: str, rules: Sequence[Rule], new_id: Callable[[], str]) -> None:
        self._camera, self._rules, self._new_id = camera, rules, new_id
        self._clear_s = [max(kind_of(rule.kind).clear_s, rule.absence_s) for rule in rules]
        self._open: list[_Incident] = []
        self._momentary: list[_Incident] = []
        self._quiet: list[tuple[Hit, float]] = []
        self.suppressed = 0

    def __len__(self) -> int:
        return len(self._open)

    def step(self, hits: Iterable[Hit], at: Timestamp) -> list[Event]:
        """Process one frame's hits and return the events."""
        self._quiet = [(hit, until_s) for hit, until_s in self._quiet if until_s > at.s]
        self._momentary = []
        events = [event for hit in hits for event in self._take(hit, at)]
        over = [i for i in self._open if at.since_s(i.last) > self._clear_s[i.hit.rule]]
        return events + [self._end(incident) for incident in over]

    def open_incidents(self) -> dict[str, Hit]:
        """Return the latest hit of each open incident, and the momentary hits of the last step, by incident."""
        return {incident.id: incident.hit for incident in (*self._open, *self._momentary)}

    def end_all(self) -> list[Event]:
        """End every open incident, because the picture stopped or the run is over."""
        return [self._end(incident) for incident in list(self._open)]

    def _take(self, hit: Hit, at: Timestamp) -> list[Event]:
        if kind_of(hit.kind).is_momentary:
            return [self._start(hit, at, self._momentary)]
        key = hit.rule, hit.subject.person
        incident = next((i for i in self._open if (i.hit.rule, i.hit.subject.person) == key), None)
        if incident is not None:
            return self._continue(incident, hit, at)
        if any(q.rule == hit.rule and _is_same_spot(q.subject, hit.subject) for q, _ in self._quiet):
            self.suppressed += 1
            return []
        return [self._start(hit, at, self._open)]

    def _start(self, hit: Hit, at: Timestamp, incidents: list[_Incident]) -> Event:
        incidents.append(_Incident(self._new_id(), hit, at))
        return self._emit(incidents[-1], Phase.START)

    def _continue(self, incident: _Incident, hit: Hit, at: Timestamp) -> list[Event]:
        incident.hit, incident.last = _whole(incident.hit, hit), at
        quiet_s = MORE_PEOPLE_EVERY_S if incident.hit.people > incident.reported_people else UPDATE_EVERY_S
        return [self._emit(incident, Phase.UPDATE)] if at.s - incident.reported_s >= quiet_s else []

    def _end(self, incident: _Incident) -> Event:
        self._open.remove(incident)
        self._quiet.append((incident.hit, incident.last.s + self._rules[incident.hit.rule].cooldown_s))
        event = self._emit(incident, Phase.END)
        lasted = Measure("duration", round(event.at_s - event.began_s, 1), "s")
        return replace(event, measures=(*event.measures, lasted))

    def _emit(self, incident: _Incident, phase: Phase) -> Event:
        hit, at = incident.hit, incident.last
        own = self._rules[hit.rule].severity
        event = Event(
            id=incident.id,
            seq=incident.seq,
            kind=hit.kind,
            phase=phase,
            camera=self._camera,
            place=hit.place,
            began_s=round(hit.began_s, 3),
            at_s=round(at.s, 3),
            utc=at.utc,
            people=hit.people,
            severity=Severity(own) if own else kind_of(hit.kind).severity,
            measures=hit.measures,
        )
        incident.seq, incident.reported_s, incident.reported_people = incident.seq + 1, at.s, hit.people
        return event


def _whole(before: Hit, hit: Hit) -> Hit:
    """Return `hit` with the earlier begin and the larger number of people of both."""
    if hit.began_s <= before.began_s and hit.people >= before.people:
        return hit
    began_s, people = min(hit.began_s, before.began_s), max(hit.people, before.people)
    return replace(hit, began_s=began_s, people=people)


def _is_same_spot(a: Subject, b: Subject) -> bool:
    """Return whether two subjects are at one place, measured in body heights; two complete zones are."""
    if a.foot_px is None or b.foot_px is None:
        return a.foot_px is b.foot_px
    m_per_px = BODY_M / max(a.height_px, b.height_px, 1.0)
    return math.dist(a.foot_px, b.foot_px) * m_per_px <= SPOT_M
