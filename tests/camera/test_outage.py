from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.camera.outage import EVIDENCE_KIND, OutageWatch
from passerby.contracts.events import Event, Gap, Measure, Phase, Severity

BEGAN = "2026-03-01T07:45:00.000Z"


def watch() -> OutageWatch:
    ids = (f"i{n}" for n in itertools.count())
    return OutageWatch("platform-1", lambda: next(ids))


def silence(to_s: float, from_s: float = 10.0, utc: str | None = BEGAN) -> Gap:
    return Gap("platform-1", from_s, to_s, utc, "the camera is silent")


def reported(of: OutageWatch, *gaps: Gap) -> list[Event]:
    return [event for gap in gaps for event in of.gap(gap)]


def test_one_start_and_one_end_however_often_the_gap_is_reported() -> None:
    lost = watch()
    (start,) = reported(lost, *(silence(float(to_s)) for to_s in range(11, 40)))
    (end,) = lost.over()
    assert lost.over() == [], "once"
    assert (start.id, start.seq, start.phase) == ("i0", 0, Phase.START)
    assert (end.id, end.seq, end.phase) == ("i0", 1, Phase.END)
    assert (start.kind, start.place, start.severity) == ("camera_lost", "", Severity.ALARM)
    assert (start.began_s, start.at_s) == (10.0, 15.0), "told once five seconds are certain"
    assert (end.began_s, end.at_s) == (10.0, 39.0)
    assert start.measures == (Measure("why", "the camera is silent"),)
    assert end.measures == (*start.measures, Measure("duration", 29.0, "s"))


def test_the_wall_clock_is_that_of_the_moment_reported_not_of_the_beginning() -> None:
    lost = watch()
    (start,) = reported(lost, silence(15.25))
    reported(lost, silence(75.0))
    (end,) = lost.over()
    assert start.utc == "2026-03-01T07:45:05.250Z"
    assert end.utc == "2026-03-01T07:46:05.000Z"


def test_without_a_wall_clock_there_is_none() -> None:
    lost = watch()
    (start,) = reported(lost, silence(20.0, utc=None))
    assert start.utc is None


@pytest.mark.parametrize("to_s", [10.0, 12.0, 14.999])
def test_a_short_silence_is_no_incident(to_s: float) -> None:
    lost = watch()
    assert reported(lost, silence(to_s)) == []
    assert lost.over() == []


def test_the_next_loss_is_an_incident_of_its_own() -> None:
    lost = watch()
    reported(lost, silence(20.0))
    lost.over()
    assert reported(lost, silence(101.0, 100.0)) == [], "it has its own five seconds"
    (start,) = reported(lost, silence(106.0, 100.0))
    assert (start.id, start.began_s) == ("i1", 100.0)


def test_pictures_for_a_moment_do_not_end_the_loss() -> None:
    lost = watch()
    reported(lost, silence(20.0))
    assert lost.over(20.1) == []
    assert lost.over(22.9) == []
    assert reported(lost, silence(40.0, 25.0, "2026-03-01T07:45:15.000Z")) == [], "the same incident"
    assert lost.over(42.9) == []
    (end,) = lost.over(43.0)
    assert (end.id, end.began_s, end.at_s) == ("i0", 10.0, 40.0), "it ends when they came back"
    assert lost.over(43.1) == []


def test_a_second_gap_before_any_picture_belongs_to_the_first() -> None:
    # The camera was back for a picture that could not be converted.
    lost = watch()
    reported(lost, silence(20.0), *(silence(to_s, 25.0, "2026-03-01T07:45:15.000Z") for to_s in (30.0, 41.0)))
    (end,) = lost.over()
    assert (end.began_s, end.at_s, end.utc) == (10.0, 41.0, "2026-03-01T07:45:31.000Z")
    assert end.measures[-1] == Measure("duration", 31.0, "s")


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=30))
def test_starts_and_ends_alternate_whatever_happens(story: list[tuple[float, bool]]) -> None:
    lost, now_s, events = watch(), 0.0, []
    for lasts_s, is_back in story:
        events += reported(lost, silence(now_s + lasts_s, now_s))
        now_s += lasts_s
        if is_back:
            events += lost.over()
    events += lost.over()
    phases = [event.phase for event in events]
    assert phases == [Phase.START, Phase.END] * (len(phases) // 2)
    assert all(a.id == b.id and a.at_s <= b.at_s for a, b in zip(events[::2], events[1::2], strict=True))


def test_what_is_watched_gives_the_incident_its_name() -> None:
    watch = OutageWatch("c", lambda: "e1", EVIDENCE_KIND)
    (start,) = watch.gap(Gap("c", 0.0, 6.0, None, "the disk is full"))
    (end,) = watch.over()
    assert (start.kind, end.kind, end.phase) == ("evidence_lost", "evidence_lost", Phase.END)
