from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.events import Event, Measure, Phase, Severity
from passerby.report.incidents import incidents, pressing
from support.reported import events, incident, ref


def life() -> tuple[Event, ...]:
    """Start, update and end of one incident, each with something of its own."""
    start, end = incident(1, "crowding", 10.0, 30.0, people=9, measures=(Measure("density", 1.4),))
    update = dataclasses.replace(
        start,
        seq=1,
        phase=Phase.UPDATE,
        at_s=20.0,
        people=14,
        severity=Severity.ALARM,
        measures=(Measure("density", 2.1),),
        evidence=ref(1),
    )
    return start, update, dataclasses.replace(end, seq=2, measures=(Measure("lasted", 30.0, "s"),))


def test_an_incident_is_its_start_updates_and_end() -> None:
    (found,) = incidents(life())
    assert (found.began_s, found.ended_s, found.people) == (10.0, 40.0, 14)
    assert found.severity is Severity.ALARM
    assert found.measures == (Measure("density", 2.1), Measure("lasted", 30.0, "s"))
    assert found.evidence == ref(1)


def test_what_had_not_ended_has_no_end_and_a_moment_needs_none() -> None:
    (still_open,) = incidents(life()[:2])
    (crossing,) = incidents(incident(2, "line_crossing", 5.0, None))
    assert (still_open.ended_s, still_open.moment) == (None, False)
    assert (crossing.ended_s, crossing.moment) == (None, True)


@given(st.permutations(events()))
def test_the_order_of_lines_does_not_matter(lines: list[Event]) -> None:
    assert incidents(lines) == incidents(events())


def test_the_pressing_come_first_then_the_early() -> None:
    ranked = pressing(incidents(events()), 3)
    assert [i.kind for i in ranked] == ["intrusion", "fast_movement", "loitering"]
