"""Reported events beside true ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.events import Event, Phase, Severity
from passerby.evals.matching import pair_up
from passerby.sim.verdict import Ideal


def truth(began_s: float, kind: str = "loitering", place: str = "hall") -> Ideal:
    return Ideal(kind, place, 1, began_s)


def said(began_s: float, kind: str = "loitering", place: str = "hall") -> Event:
    return Event(
        f"{kind}{began_s}", 0, kind, Phase.START, "cam", place, began_s, began_s, None, 1, Severity.INFO
    )  # fmt: skip


CASES = [
    ([10], [11], [(10, 11)], "a second late is the same event"),
    ([10], [14], [(10, None), (None, 14)], "four seconds is not"),
    ([10, 12], [11.5], [(10, None), (12, 11.5)], "one report tells one event, the nearer one"),
    ([10, 12], [11.5, 14.5], [(10, 11.5), (12, 14.5)], "as many pairs as possible before close ones"),
    ([10], [10, 10.5], [(10, 10), (None, 10.5)], "a second report of the same has no reason"),
    ([], [3], [(None, 3)], "nothing happened"),
    ([3], [], [(3, None)], "nothing was said"),
    ([], [], [], "nothing at all"),
]


@pytest.mark.parametrize(("ideals", "events", "pairs", "why"), CASES)
def test_pairs(
    ideals: list[float], events: list[float], pairs: list[tuple[float | None, float | None]], why: str
) -> None:
    made = pair_up([truth(t) for t in ideals], [said(t) for t in events])
    assert [(p.ideal and p.ideal.began_s, p.event and p.event.began_s) for p in made] == pairs, why


@pytest.mark.parametrize(
    ("began_s", "found"),
    [(67.0, True), (66.9, False), (72.0, True), (76.8, True), (79.8, True), (79.9, False)],
    ids=str,
)
def test_an_object_may_have_lain_there_since_it_was_put_down_or_since_it_could_be_seen(
    began_s: float, found: bool
) -> None:
    """Who puts a bag down at 70 s and stands over it until 76.8 s hides it for so long."""
    still_object = Ideal("left_object", "hall", -3, 70.0, 76.8)
    made = pair_up([still_object], [said(began_s, "left_object")])
    assert (len(made) == 1) is found


@pytest.mark.parametrize(("kind", "place"), [("intrusion", "hall"), ("loitering", "stairs")])
def test_another_kind_or_place_is_another_incident(kind: str, place: str) -> None:
    made = pair_up([truth(5)], [said(5, kind, place)])
    assert [(p.ideal is None, p.event is None) for p in made] in ([(False, True), (True, False)],)


TIMES = st.lists(st.floats(0, 60).map(lambda t: round(t, 1)), max_size=12)


@given(TIMES, TIMES)
def test_everything_is_reported_once_and_in_order(ideals: list[float], events: list[float]) -> None:
    made = pair_up([truth(t) for t in ideals], [said(t) for t in events])
    assert sorted(p.ideal.began_s for p in made if p.ideal) == sorted(ideals)
    assert sorted(p.event.began_s for p in made if p.event) == sorted(events)
    assert [p.when_s for p in made] == sorted(p.when_s for p in made)
    assert all(abs(p.ideal.began_s - p.event.began_s) <= 3.0 for p in made if p.ideal and p.event)
