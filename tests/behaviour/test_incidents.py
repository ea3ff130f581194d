"""Start, update and end, each exactly once; nothing chatters and nothing is reported twice."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from passerby.behaviour.incidents import UPDATE_EVERY_S, Incidents
from passerby.config.keys import rule_kinds
from passerby.contracts.event_kinds import CLEAR_S, RUN_LOST_S, kind_of
from passerby.contracts.events import Event, EvidenceRef, Measure, Phase, Severity
from passerby.contracts.people import Hit, Subject
from passerby.contracts.rules import (
    CrowdingRule,
    FallRule,
    FastMovementRule,
    IntrusionRule,
    LineCrossingRule,
    LoiteringRule,
    Rule,
)
from passerby.contracts.time import NS_PER_S, Timestamp
from support.rows import HEIGHT_PX, px

RULES: list[Rule] = [
    FallRule(kind="fall", zone="z", cooldown_s=10),
    LineCrossingRule(kind="line_crossing", line="l"),
    CrowdingRule(kind="crowding", zone="z", people=5, cooldown_s=0),
    LoiteringRule(kind="loitering", zone="z", gap_s=8, cooldown_s=10),
    IntrusionRule(kind="intrusion", zone="z", cooldown_s=10),
]
FALL, CROSSING, CROWD, LOITERING, INTRUSION = range(5)


def hit(
    track: int | None = 1,
    x: float = 0.0,
    rule: int = FALL,
    people: int = 1,
    began_s: float = 0.0,
    person: int | None = None,
) -> Hit:
    """A hit of a track that is its own person, unless `person` says that it continues another."""
    subject = Subject(None) if track is None else Subject(track, px((x, 0.0)), HEIGHT_PX, person=person or track)
    watched = RULES[rule]
    place = watched.line if isinstance(watched, LineCrossingRule) else watched.zone
    return Hit(rule, watched.kind, place, subject, people, (Measure("m", 1.0),), began_s)


class Reported:
    """Incidents fed by seconds, with everything told."""

    def __init__(self, rules: list[Rule] = RULES) -> None:
        numbers = itertools.count()
        self.incidents = Incidents("cam", rules, lambda: f"i{next(numbers)}")
        self.events: list[Event] = []

    def at(self, t_s: float, *hits: Hit) -> list[str]:
        events = self.incidents.step(hits, Timestamp(round(t_s * NS_PER_S)))
        self.events += events
        return [f"{e.id} {e.phase} {e.seq}" for e in events]

    def during(self, times: Iterable[float], *hits: Hit) -> list[str]:
        return [word for t in times for word in self.at(t, *hits)]


def test_an_incident_starts_once_and_ends_once() -> None:
    reported = Reported()
    assert reported.during(range(5), hit()) == ["i0 start 0"]
    assert reported.during([5, 6]) == []
    assert reported.at(6.1) == ["i0 end 1"]
    assert reported.during(range(7, 99)) == []
    end = reported.events[-1]
    assert (end.began_s, end.at_s, end.people) == (0.0, 4.0, 1)
    assert Measure("duration", 4.0, "s") in end.measures


def test_a_pause_shorter_than_the_clear_time_does_not_end_it() -> None:
    reported = Reported()
    words = (
        reported.at(0, hit())
        + reported.at(CLEAR_S, hit())
        + reported.at(2 * CLEAR_S)
        + reported.at(2 * CLEAR_S + 0.1)
    )
    assert words == ["i0 start 0", "i0 end 1"]


def test_a_loiterers_gap_is_part_of_the_dwell() -> None:
    reported = Reported()
    assert reported.at(0, hit(rule=LOITERING)) == ["i0 start 0"]
    assert reported.during(range(1, 8)) == []
    assert reported.at(8, hit(rule=LOITERING)) == []
    assert reported.during(range(9, 17)) == []
    assert reported.at(17) == ["i0 end 1"]
    assert reported.events[-1].at_s == 8.0


def test_a_loiterers_gap_does_not_reach_across_the_hall() -> None:
    """Six seconds after the first was seen last, somebody else 10 m away is another matter."""
    reported = Reported()
    assert reported.at(0, hit(1, rule=LOITERING)) == ["i0 start 0"]
    assert reported.at(6, hit(2, x=10.0, rule=LOITERING)) == ["i1 start 0"]


def test_a_dwell_that_another_track_continues_after_a_gap_is_the_same_incident() -> None:
    reported = Reported()
    assert reported.at(0, hit(1, rule=LOITERING)) == ["i0 start 0"]
    assert reported.at(7, hit(2, x=1.0, rule=LOITERING, person=1), hit(3, x=1.0, rule=LOITERING)) == ["i1 start 0"]


def test_updates_come_with_more_people_and_then_by_the_minute() -> None:
    reported = Reported()
    assert reported.at(0, hit(None, rule=CROWD, people=5)) == ["i0 start 0"]
    assert reported.during([1, 2, 3, 4], hit(None, rule=CROWD, people=7)) == [], (
        "one more a second would be chatter"
    )
    assert reported.at(5, hit(None, rule=CROWD, people=6)) == ["i0 update 1"]
    assert reported.during(range(6, 130), hit(None, rule=CROWD, people=6)) == ["i0 update 2", "i0 update 3"]
    assert [e.at_s for e in reported.events[2:]] == [5 + UPDATE_EVERY_S, 5 + 2 * UPDATE_EVERY_S]
    assert reported.events[-1].people == 7, "an incident remembers the most people"


def test_the_spot_stays_quiet_for_the_cool_down_and_others_do_not() -> None:
    reported = Reported()
    reported.at(0, hit(1))
    assert reported.at(3) == ["i0 end 1"]
    assert reported.during([5, 9.9], hit(2, x=1.0)) == []
    assert reported.incidents.suppressed == 2
    assert reported.at(9.95, hit(3, x=4.0)) == ["i1 start 0"]
    assert reported.at(10.1, hit(2, x=1.0), hit(3, x=4.0)) == ["i2 start 0"]


def test_without_a_cool_down_the_next_one_is_reported_at_once() -> None:
    reported = Reported()
    reported.at(0, hit(None, rule=CROWD))
    assert reported.at(3) == ["i0 end 1"]
    assert reported.at(3.1, hit(None, rule=CROWD)) == ["i1 start 0"]


def test_an_incident_outlives_its_track() -> None:
    reported = Reported()
    later = hit(2, x=9.0, began_s=0.5, person=1)
    words = reported.at(0, hit(1, began_s=-5.0)) + reported.at(1, later) + reported.at(4)
    assert words == ["i0 start 0", "i0 end 1"]
    assert reported.events[-1].began_s == -5.0, "it began when it began"


def test_a_runner_lost_behind_others_is_one_runner() -> None:
    reported = Reported([FastMovementRule(kind="fast_movement", zone="z")])
    one = replace(hit(1), rule=0, kind="fast_movement")
    other = replace(one, subject=hit(2, x=3.0, person=1).subject)
    words = (
        reported.at(0, one)
        + reported.at(RUN_LOST_S, other)
        + reported.at(2 * RUN_LOST_S)
        + reported.at(2 * RUN_LOST_S + 0.1)
    )
    assert words == ["i0 start 0", "i0 end 1"]


def test_an_intruder_who_is_lost_has_not_left() -> None:
    """Nobody vanishes from a track's bed: lost for the cool-down and found again, it is the same incident."""
    reported = Reported()
    words = reported.at(0, hit(1, rule=INTRUSION)) + reported.at(10, hit(2, x=6.0, rule=INTRUSION, person=1))
    words += reported.during(range(11, 21)) + reported.at(20.1)
    assert words == ["i0 start 0", "i0 end 1"]
    assert reported.events[-1].at_s == 10.0, "the end says when somebody was seen there last"
    assert reported.at(20.2, hit(3, rule=INTRUSION)) == ["i1 start 0"], "after an end nobody is kept quiet"


@pytest.mark.parametrize("after_s", [1.0, 3.0, 9.0])
def test_another_intruder_is_reported_while_the_first_is_lost(after_s: float) -> None:
    reported = Reported()
    reported.at(0, hit(1, rule=INTRUSION))
    assert reported.at(after_s, hit(2, x=0.5, rule=INTRUSION)) == ["i1 start 0"]


def test_an_intrusion_without_a_cool_down_ends_as_others_do() -> None:
    reported = Reported([IntrusionRule(kind="intrusion", zone="z", cooldown_s=0)])
    one = replace(hit(1, rule=INTRUSION), rule=0)
    assert reported.at(0, one) + reported.at(CLEAR_S + 0.1) == ["i0 start 0", "i0 end 1"]


def test_two_people_on_one_spot_are_two_incidents() -> None:
    reported = Reported()
    assert reported.at(0, hit(1), hit(2, x=0.3)) == ["i0 start 0", "i1 start 0"]
    assert reported.at(1, hit(1), hit(2, x=0.3)) == []
    assert sorted(reported.at(4)) == ["i0 end 1", "i1 end 1"]


def test_rules_do_not_share_incidents() -> None:
    reported = Reported()
    assert reported.at(0, hit(1), hit(1, rule=LOITERING)) == ["i0 start 0", "i1 start 0"]


def test_a_crossing_is_a_single_start() -> None:
    reported = Reported()
    assert reported.at(0, hit(rule=CROSSING)) == ["i0 start 0"]
    assert reported.at(1, hit(rule=CROSSING)) == ["i1 start 0"], (
        "crossings of one spot do not keep each other quiet"
    )
    assert len(reported.incidents) == 0
    assert reported.incidents.end_all() == []


def test_the_end_of_the_picture_ends_everything_once() -> None:
    reported = Reported()
    reported.at(0, hit(1), hit(2, x=9.0), hit(None, rule=CROWD))
    ends = reported.incidents.end_all()
    assert [(e.id, e.phase, e.seq) for e in ends] == [(f"i{k}", Phase.END, 1) for k in range(3)]
    assert reported.incidents.end_all() == []
    assert reported.during(range(1, 20)) == []


@pytest.mark.parametrize("kind", rule_kinds())
def test_severity_is_the_kinds_own_unless_the_rule_says_otherwise(kind: str) -> None:
    watched = next((r for r in RULES if r.kind == kind), RULES[FALL])
    for own, expected in ((None, kind_of(kind).severity), ("info", Severity.INFO), ("alarm", Severity.ALARM)):
        reported = Reported([watched.model_copy(update={"severity": own})])
        reported.at(0, Hit(0, kind, "z", Subject(None), 1, (), 0.0))
        assert reported.events[0].severity is expected


def test_severities_are_as_documented() -> None:
    assert {k: str(kind_of(k).severity) for k in rule_kinds()} == {
        "line_crossing": "info", "fast_movement": "warning", "loitering": "warning",
        "intrusion": "alarm", "crowding": "warning", "counter_flow": "warning", "queue": "info",
        "left_object": "info", "fall": "warning", "may_need_help": "warning",
    }  # fmt: skip


def test_times_are_the_frames_and_the_wall_clocks() -> None:
    incidents = Incidents("cam", RULES, lambda: "i")
    (event,) = incidents.step([hit(began_s=1.23456)], Timestamp(1_500_000_000, 1_700_000_000_000_000_000))
    assert (event.began_s, event.at_s, event.utc) == (1.235, 1.5, "2023-11-14T22:13:20.000Z")
    assert (event.camera, event.place, event.kind) == ("cam", "z", "fall")


def test_an_event_has_no_field_that_could_hold_a_track() -> None:
    """Texts, numbers of the incident itself, figures and a still: nothing whole-numbered about a person."""
    whole_numbers = {f.name for f in fields(Event) if f.type == "int"}
    assert whole_numbers == {"seq", "people", "schema"}
    closed: dict[type, set[Any]] = {Event: set(), Measure: set(), EvidenceRef: set()}
    for owner, found in closed.items():
        for kind in get_type_hints(owner).values():
            found |= {kind, *get_args(kind)}
    assert not {dict, list, Subject, Hit, object, Any} & set().union(*closed.values())
    assert not any("track" in f.name for owner in closed for f in fields(owner))  # type: ignore[arg-type]


class Machine(RuleBasedStateMachine):
    """Any people, any rules, any pauses: what was reported is always a set of whole stories."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ns = 0
        self.reported = Reported()

    @rule(
        wait_s=st.sampled_from([0.1, 0.5, 1.9, 2.1, 9.0, 61.0]),
        hits=st.lists(
            st.builds(
                hit,
                track=st.integers(1, 4),
                x=st.sampled_from([0.0, 1.0, 2.0, 8.0]),
                rule=st.sampled_from([FALL, CROSSING, LOITERING, INTRUSION]),
            ),
            max_size=4,
            unique_by=lambda h: (h.rule, h.subject.track),
        ),
        crowd=st.one_of(st.none(), st.integers(5, 9)),
    )
    def frame(self, wait_s: float, hits: list[Hit], crowd: int | None) -> None:
        self.now_ns += round(wait_s * NS_PER_S)
        crowded = [] if crowd is None else [hit(None, rule=CROWD, people=crowd)]
        self.reported.at(self.now_ns / NS_PER_S, *hits, *crowded)

    @rule()
    def picture_stops(self) -> None:
        self.reported.events += self.reported.incidents.end_all()
        assert len(self.reported.incidents) == 0
        stories = self.stories().values()
        assert all(s[-1].phase is Phase.END or s[0].kind == "line_crossing" for s in stories)

    def stories(self) -> dict[str, list[Event]]:
        found = defaultdict(list)
        for event in self.reported.events:
            found[event.id].append(event)
        return found

    @invariant()
    def every_story_is_whole(self) -> None:
        still_open = 0
        for story in self.stories().values():
            assert [e.seq for e in story] == list(range(len(story)))
            assert [e.phase for e in story[:1]] == [Phase.START]
            assert all(e.phase is Phase.UPDATE for e in story[1:-1])
            assert len(story) == 1 or story[-1].phase in (Phase.UPDATE, Phase.END)
            assert len({(e.kind, e.place, e.camera, e.severity) for e in story}) == 1
            times = [e.at_s for e in story]
            assert times == sorted(times)
            still_open += story[-1].phase is not Phase.END and story[0].kind != "line_crossing"
        assert still_open == len(self.reported.incidents)

    @invariant()
    def crossings_are_single(self) -> None:
        assert all(len(s) == 1 for s in self.stories().values() if s[0].kind == "line_crossing")


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
