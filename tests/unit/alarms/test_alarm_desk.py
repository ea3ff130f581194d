"""Few alarms, none lost: what is raised, what joins, what floods, what is put aside."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.alarms import FLOOD, Alarm, Shelf
from passerby.contracts.events import Event, Phase, Severity
from passerby.contracts.settings import AlarmPolicy
from passerby.unit.alarms.alarm_desk import UPDATE_EVERY_S, AlarmDesk, clock_s
from support.stored import an_end, an_event

POLICY = AlarmPolicy(rearm_s=60, flood_alarms=3, flood_window_s=600)
Step = tuple[float, Event]


def start(id_: str, place: str = "p", severity: Severity = Severity.WARNING, **changes: object) -> Event:
    return an_event(id_, place=place, severity=severity, utc=None, **changes)


def end(id_: str, place: str = "p") -> Event:
    return an_end(id_, 1, place=place, utc=None)


def reported(steps: list[Step], desk: AlarmDesk | None = None, until_s: float = 0.0) -> list[tuple[str, str, int]]:
    """Kind, phase and incidents of every line, up to `until_s`."""
    desk = AlarmDesk(POLICY) if desk is None else desk
    lines = [alarm for at_s, event in steps for alarm in desk.take(event, at_s)] + desk.tick(until_s)
    return [(a.kind, a.phase.value, a.incidents) for a in lines]


FAST = "fast_movement"
CASES: list[tuple[list[Step], float, list[tuple[str, str, int]], str]] = [
    ([(0, start("a"))], 500, [(FAST, "start", 1)], "an incident that lasts keeps its alarm up"),
    (
        [(0, start("a")), (5, end("a"))],
        64.9,
        [(FAST, "start", 1)],
        "an alarm outlives its incident until it is quiet",
    ),
    ([(0, start("a")), (5, end("a"))], 65, [(FAST, "start", 1), (FAST, "end", 1)], "and is over after rearm_s"),
    (
        [(0, start("a")), (5, end("a")), (40, start("b")), (45, end("b"))],
        105,
        [(FAST, "start", 1), (FAST, "end", 2)],
        "the same source again within rearm_s is the same alarm",
    ),
    (
        [(0, start("a")), (5, end("a")), (70, start("b"))],
        70,
        [(FAST, "start", 1), (FAST, "end", 1), (FAST, "start", 1)],
        "after it, it is a new one",
    ),
    (
        [(0, start("a")), (1, start("b", place="q"))],
        1,
        [(FAST, "start", 1), (FAST, "start", 1)],
        "another place is another alarm",
    ),
    ([(0, start("a", severity=Severity.INFO))], 99, [], "info asks nobody for anything"),
    (
        [(0, start("a")), (1, start("b", severity=Severity.ALARM))],
        1,
        [(FAST, "start", 1), (FAST, "update", 2)],
        "what gets worse is said at once",
    ),
    (
        [(0, start("a")), (UPDATE_EVERY_S, start("b"))],
        UPDATE_EVERY_S,
        [(FAST, "start", 1), (FAST, "update", 2)],
        "what goes on is said by the minute",
    ),
    ([(0, end("z"))], 0, [], "the end of what began before us"),
    (
        [(0, start("a", kind="line_crossing"))],
        60,
        [("line_crossing", "start", 1), ("line_crossing", "end", 1)],
        "a moment has no end of its own",
    ),
]


@pytest.mark.parametrize(("steps", "until_s", "want", "why"), CASES, ids=[c[3] for c in CASES])
def test_what_is_reported(steps: list[Step], until_s: float, want: list[tuple[str, str, int]], why: str) -> None:
    assert reported(steps, until_s=until_s) == want, why


def test_a_flood_becomes_one_alarm_but_never_swallows_the_worst() -> None:
    steps = [(float(k), start(f"i{k}", place=f"p{k}")) for k in range(8)]
    steps.append((9.0, start("track", place="track", severity=Severity.ALARM, kind="intrusion")))
    counted = Counter(kind for kind, phase, _ in reported(steps) if phase == "start")
    assert counted == {FAST: 3, FLOOD: 1, "intrusion": 1}


def test_a_flood_is_over_at_half_the_rate_that_began_it() -> None:
    desk = AlarmDesk(POLICY)
    reported([(float(k), start(f"i{k}", place=f"p{k}")) for k in range(5)], desk)
    assert reported([(590.0, start("late", place="late"))], desk) == [(FLOOD, "update", 3)]
    assert reported([(1300.0, start("calm", place="calm"))], desk)[-1] == (FAST, "start", 1)


def test_what_is_shelved_is_not_raised_until_its_time_is_over() -> None:
    shelf = Shelf("2026-03-01T08:00:00.000Z", "sun on the lens", "kim", camera="platform-1", kind=FAST)
    desk = AlarmDesk(POLICY, lambda: [shelf])
    before, after = "2026-03-01T07:59:59.999Z", "2026-03-01T08:00:00.000Z"
    assert desk.take(an_event("a", utc=before), 0) == []
    assert len(desk) == 0
    assert [a.kind for a in desk.take(an_event("x", camera="other", utc=before), 1)] == [FAST]
    still = replace(an_event("a", 1, utc=after), phase=Phase.UPDATE)
    assert [a.id for a in desk.take(still, 2)] == ["a"], "it lasts, so it is raised once its shelf has expired"


def people(steps: list[Step]) -> list[tuple[str, int]]:
    """Phase and people of every line, the last of which ends the alarm."""
    desk = AlarmDesk(POLICY)
    lines = [alarm for at_s, event in steps for alarm in desk.take(event, at_s)] + desk.close()
    return [(a.phase.value, a.people) for a in lines]


EIGHT = [(5.0 * k, start(f"i{k}", people=1)) for k in range(8)]
PEOPLE: list[tuple[list[Step], list[tuple[str, int]], str]] = [
    (
        EIGHT,
        [("start", 1), *(("update", n) for n in range(2, 9)), ("end", 8)],
        "eight people who loiter are eight",
    ),
    (
        [(0, start("a", people=3)), (10, end("a")), (20, start("b", people=2)), (21, end("b"))],
        [("start", 3), ("end", 3)],
        "fewer later: what is over is not added, and not told in a hurry",
    ),
    (
        [(0, start("a", people=3)), (10, end("a")), (60, start("b", people=2))],
        [("start", 3), ("update", 2), ("end", 3)],
        "the line says who is there now, the last one the most",
    ),
    (
        [(0, start("a", people=2)), (5, an_event("a", 1, place="p", phase=Phase.UPDATE, utc=None, people=5))],
        [("start", 2), ("update", 5), ("end", 5)],
        "an incident that grows",
    ),
    (
        [(0, start("a", kind="line_crossing")), (60, start("b", kind="line_crossing"))],
        [("start", 1), ("end", 1)] * 2,
        "moments do not add up",
    ),
    (
        [(0, start("a", people=4)), (1, start("b", people=1))],
        [("start", 4), ("end", 5)],
        "told at the latest then",
    ),
]


@pytest.mark.parametrize(("steps", "want", "why"), PEOPLE, ids=[c[2] for c in PEOPLE])
def test_people_of_an_alarm_are_those_of_its_open_incidents(
    steps: list[Step], want: list[tuple[str, int]], why: str
) -> None:
    assert people(steps) == want, why


SHELF = Shelf("2026-03-01T08:00:00.000Z", "r", "b")
COVERS = [
    (SHELF, True, "nothing named means all"),
    (replace(SHELF, camera="c", kind="k", place="p"), True, "all three fit"),
    (replace(SHELF, camera="d"), False, "another camera"),
    (replace(SHELF, camera="c", place="q"), False, "another place"),
    (replace(SHELF, until_utc="2026-03-01T07:00:00.000Z"), False, "expired"),
]


@pytest.mark.parametrize(("shelf", "want", "why"), COVERS, ids=[c[2] for c in COVERS])
def test_a_shelf_covers(shelf: Shelf, want: bool, why: str) -> None:
    assert shelf.covers("c", "k", "p", "2026-03-01T07:30:00.000Z") is want, why


def test_clock() -> None:
    assert clock_s(None, 12.5) == 12.5
    assert clock_s("1970-01-01T00:01:00.000Z", 7.0) == 60.0


@st.composite
def days(draw: st.DrawFn) -> list[Step]:
    """Incidents of three places that start and end at any time, in order."""
    steps: list[Step] = []
    for k in range(draw(st.integers(1, 25))):
        begin = draw(st.floats(0, 2000))
        place, severity = draw(st.sampled_from("pqr")), draw(st.sampled_from(list(Severity)[1:]))
        steps += [(begin, start(f"i{k}", place, severity)), (begin + draw(st.floats(0, 400)), end(f"i{k}", place))]
    return sorted(steps, key=lambda step: (step[0], step[1].seq))


def run(steps: list[Step]) -> list[tuple[float, Alarm]]:
    desk = AlarmDesk(POLICY)
    lines = [(at_s, alarm) for at_s, event in steps for alarm in desk.take(event, at_s)]
    return lines + [(9999.0, alarm) for alarm in desk.close()]


@given(days())
def test_every_alarm_starts_once_and_ends_once_and_counts_every_incident(steps: list[Step]) -> None:
    lines = [alarm for _, alarm in run(steps)]
    by_id: dict[str, list[Alarm]] = {}
    for alarm in lines:
        by_id.setdefault(alarm.id, []).append(alarm)
    for mine in by_id.values():
        assert [a.seq for a in mine] == list(range(len(mine)))
        assert [a.phase for a in mine].count(Phase.START) == 1
        assert mine[-1].phase is Phase.END
    assert sum(mine[-1].incidents for mine in by_id.values()) == len({event.id for _, event in steps})


@given(days())
def test_no_source_can_chatter(steps: list[Step]) -> None:
    starts: dict[tuple[str, str, str], float] = {}
    for at_s, alarm in run(steps):
        if alarm.phase is Phase.START:
            source = (alarm.camera, alarm.kind, alarm.place)
            assert at_s - starts.get(source, -1e9) >= POLICY.rearm_s
            starts[source] = at_s


@given(days())
def test_the_worst_is_always_up_while_it_lasts(steps: list[Step]) -> None:
    desk, up = AlarmDesk(POLICY), set()
    for at_s, event in steps:
        for alarm in desk.take(event, at_s):
            (up.discard if alarm.phase is Phase.END else up.add)((alarm.kind, alarm.place, alarm.priority))
        if event.severity is Severity.ALARM and event.phase is Phase.START:
            assert (event.kind, event.place, Severity.ALARM) in up
