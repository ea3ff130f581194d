from __future__ import annotations

import dataclasses

import pytest

from passerby.contracts.events import Event, Measure, Severity
from passerby.report import cards
from passerby.report.cards import MOST_LOOK_CARDS, MOST_NOTE_CARDS, MOST_ROWS, anchor, event_list
from passerby.report.incidents import incidents
from support.reported import events, incident, picture, ref


def many(number: int, severity: Severity, first: int = 100) -> tuple[Event, ...]:
    found: list[Event] = []
    for i in range(first, first + number):
        found += incident(i, "line_crossing", float(i), None, severity=severity, evidence=ref(1))
    return tuple(found)


def test_what_needs_a_look_stands_apart_in_the_order_of_time() -> None:
    found = event_list(incidents(events()), {})
    assert [c.title for c in found.look] == [
        *("Fast movement", "Loitering", "Crowding", "Intrusion", "Picture out of focus", "Loitering", "Crowding"),
    ]
    assert {c.title for c in found.note} == {"Line crossing"}
    assert (found.rows, found.more) == ((), 0)


@pytest.mark.parametrize(
    ("looks", "notes", "rows", "more"),
    [
        (MOST_LOOK_CARDS, MOST_NOTE_CARDS, 0, 0),  # exactly full
        (MOST_LOOK_CARDS + 1, 0, 1, 0),  # the next becomes a row
        (0, 500, MOST_ROWS, 500 - MOST_ROWS - MOST_NOTE_CARDS),  # a busy line
    ],
)
def test_too_many_become_rows_and_then_a_number(looks: int, notes: int, rows: int, more: int) -> None:
    lines = many(looks, Severity.WARNING) + many(notes, Severity.INFO, 1000)
    found = event_list(incidents(lines), {})
    assert (len(found.rows), found.more) == (rows, more)
    assert len(found.look) + len(found.note) + rows + more == looks + notes


def test_an_alarm_late_in_the_day_keeps_its_card() -> None:
    lines = many(200, Severity.WARNING) + incident(9999, "intrusion", 9e4, 2.0, severity=Severity.ALARM)
    assert event_list(incidents(lines), {}).look[-1].title == "Intrusion"


def test_pictures_stop_at_the_budget_and_say_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    still = picture(1, 3, (160, 90))
    monkeypatch.setattr(cards, "STILLS_BYTES", 2 * len(still) + 10)
    found = event_list(incidents(many(5, Severity.WARNING)), {ref(1).still: still})
    assert [bool(c.still) for c in found.look] == [True, True, False, False, False]
    assert found.look[4].no_still == f"Still in {ref(1).still}"


def test_a_card_in_words() -> None:
    reported = (
        Measure("people", 19, "person"),
        Measure("density", 1.4, "person/m2"),
        Measure("duration", 31.0, "s"),
    )
    lines = incident(
        3, "crowding", 255.0, 31.0, people=19, utc="2026-08-01T14:03:22Z", evidence=ref(3), measures=reported
    )
    (card,) = event_list(incidents(lines), {ref(3).still: b"\xff\xd8\xff"}).note
    assert (card.at, card.place, card.people) == ("04:15 – 04:46", "platform", "19 people")
    assert card.utc == "2026-08-01 14:03:22 UTC"
    assert [name for name, _ in card.measures] == ["density"]  # people and duration stand above already
    assert card.lasted.startswith("incident lasted 31")
    assert card.still == "data:image/jpeg;base64,/9j/"
    assert card.alt == "Redacted still: crowding at platform at 04:15"


def test_ids_give_harmless_and_different_anchors() -> None:
    names = ["a b", "a-b", '"><script>', "\udce9", "é"]
    found = [dataclasses.replace(incidents(events())[0], id=name) for name in names]
    anchors = {anchor(i) for i in found}
    assert len(anchors) == len(names)
    assert all(a.replace("-", "").isalnum() for a in anchors)
