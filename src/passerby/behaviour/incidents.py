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
    """An open incident: its latest hit with its time, and the values of the last report."""

    id: str
    hit: Hit
    last: Timestamp
    reported_s: float
    reported_people: int
    seq: int = 0


class Incidents:
    """The incidents of one camera. `suppressed` counts hits suppressed by a cool-down."""

    def __init__(self, camera: str, rules: Sequence[Rule], new_id: Callable[[], str]) -> None:
        self._camera, self._rules, self._new_id = camera, rules, new_id
        self._open: list[_Incident] = []
        self._moments: list[tuple[str, Hit]] = []
        self._quiet: list[tuple[Hit, float]] = []
        self.suppressed = 0

    def __len__(self) -> int:
        return len(self._open)

    def step(self, hits: Iterable[Hit], at: Timestamp) -> list[Event]:
        """Process one frame's hits and return the events."""
        self._quiet = [(hit, until_s) for hit, until_s in self._quiet if until_s > at.s]
        self._moments = []
        events = [event for hit in hits for event in self._take(hit, at)]
        over = [i for i in self._open if at.since_s(i.last) > _clear_s(self._rules[i.hit.rule])]
        return events + [self._end(incident) for incident in over]

    def open_incidents(self) -> dict[str, Hit]:
        """Return the latest hit of each open incident, and the momentary hits of the last step, by incident."""
        return {**{incident.id: incident.hit for incident in self._open}, **dict(self._moments)}

    def end_all(self) -> list[Event]:
        """End every open incident, because the picture stopped or the run is over."""
        return [self._end(incident) for incident in list(self._open)]

    def _take(self, hit: Hit, at: Timestamp) -> list[Event]:
        if kind_of(hit.kind).is_momentary:
            self._moments.append((self._new_id(), hit))
            return [self._event(self._moments[-1][0], 0, hit, Phase.START, at)]
        incident = self._find(hit)
        if incident is None:
            return self._start(hit, at)
        began_s, people = min(hit.began_s, incident.hit.began_s), max(hit.people, incident.hit.people)
        incident.hit, incident.last = replace(hit, began_s=began_s, people=people), at
        quiet_s = MORE_PEOPLE_EVERY_S if incident.hit.people > incident.reported_people else UPDATE_EVERY_S
        if at.s - incident.reported_s < quiet_s:
            return []
        return [self._emit(incident, Phase.UPDATE)]

    def _find(self, hit: Hit) -> _Incident | None:
        person = hit.subject.person
        return next((i for i in self._open if i.hit.rule == hit.rule and i.hit.subject.person == person), None)

    def _start(self, hit: Hit, at: Timestamp) -> list[Event]:
        if any(q.rule == hit.rule and _is_same_spot(q.subject, hit.subject) for q, _ in self._quiet):
            self.suppressed += 1
            return []
        incident = _Incident(self._new_id(), hit, at, at.s, hit.people)
        self._open.append(incident)
        return [self._event(incident.id, 0, hit, Phase.START, at)]

    def _emit(self, incident: _Incident, phase: Phase) -> Event:
        incident.seq += 1
        incident.reported_s, incident.reported_people = incident.last.s, incident.hit.people
        return self._event(incident.id, incident.seq, incident.hit, phase, incident.last)

    def _end(self, incident: _Incident) -> Event:
        self._open.remove(incident)
        quiet_until_s = incident.last.s + self._rules[incident.hit.rule].cooldown_s
        self._quiet.append((incident.hit, quiet_until_s))
        event = self._emit(incident, Phase.END)
        lasted = Measure("duration", round(event.at_s - event.began_s, 1), "s")
        return replace(event, measures=(*event.measures, lasted))

    def _event(self, incident_id: str, seq: int, hit: Hit, phase: Phase, at: Timestamp) -> Event:
        own = self._rules[hit.rule].severity
        return Event(
            id=incident_id,
            seq=seq,
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


def _is_same_spot(a: Subject, b: Subject) -> bool:
    """Return whether two subjects are at one place, measured in body heights; two complete zones are."""
    if a.foot_px is None or b.foot_px is None:
        return a.foot_px is b.foot_px
    m_per_px = BODY_M / max(a.height_px, b.height_px, 1.0)
    return math.dist(a.foot_px, b.foot_px) * m_per_px <= SPOT_M


def _clear_s(rule: Rule) -> float:
    return max(kind_of(rule.kind).clear_s, rule.absence_s)
