"""Who is in a zone, and since when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.behaviour.presence import Presence
from support.rows import area, frame

IN, OUT = (2.0, 2.0), (9.0, 9.0)

# Each letter is a frame, 0.1 s apart: i inside, o outside, h held inside, H held outside, u doubtful, - gone;
# enter after 0.3 s, leave after 0.5 s.
STORIES = [
    ("iii", 0, 0, "three frames span 0.2 s: not yet"),
    ("iiii", 1, 0, "0.3 s inside"),
    ("iioiii", 0, 0, "a frame outside before that starts anew"),
    ("iiiioooooi", 1, 0, "out for less than 0.5 s is not left"),
    ("iiiioooooo", 1, 1, "out for 0.5 s is"),
    ("iiii-", 1, 1, "a track that ends, ends its stay"),
    ("ii-", 0, 0, "a stay that never counted cannot end"),
    ("iiiiooooooiiii", 2, 1, "back again is a second stay"),
    ("uuuuuuu", 0, 0, "somebody doubtful is not there"),
    ("hhhhhhh", 0, 0, "somebody only predicted did not come"),
    ("ihhi", 1, 0, "seen, lost, seen again 0.3 s later was there"),
    ("iiiiHHHHHHHHi", 1, 0, "a prediction outside is nobody leaving"),
    ("oooo", 0, 0, "outside all the time"),
]


def reports_of(story: str, presence: Presence) -> tuple[int, int]:
    entered = left = 0
    for k, letter in enumerate(story):
        spot = {1: OUT if letter in "oH" else IN}
        ground = (
            frame(k / 10, removed=[1])
            if letter == "-"
            else frame(k / 10, spot, predicted=[1] * (letter in "hH"), unconfirmed=[1] * (letter == "u"))
        )
        step = presence.step(ground)
        entered, left = entered + step.entered, left + step.left
    return entered, left


@pytest.mark.parametrize(("story", "entered", "left", "why"), STORIES)
def test_stays_begin_and_end(story: str, entered: int, left: int, why: str) -> None:
    assert reports_of(story, Presence(area(), 0.3, 0.5)) == (entered, left), why


@given(st.text("iohHu", max_size=40))
def test_entries_minus_exits_is_who_is_inside(story: str) -> None:
    presence = Presence(area(), 0.3, 0.5)
    entered, left = reports_of(story, presence)
    assert reports_of("-", presence)[1] == entered - left
    assert len(presence) == 0


@given(st.text("iohHu", max_size=40), st.integers(0, 10**15))
def test_shifting_time_changes_nothing_not_even_by_a_rounding(story: str, shift_ns: int) -> None:
    def inside(offset_s: float) -> list[bool]:
        presence = Presence(area(), 0.3, 0.5)
        spots = [OUT if letter in "oH" else IN for letter in story]
        grounds = (frame(k / 10 + offset_s, {1: spot}) for k, spot in enumerate(spots))
        return [bool(presence.step(ground).inside[0]) for ground in grounds]

    assert inside(0.0) == inside(float(shift_ns // 10**8) / 10)


def test_a_dwell_counts_from_its_beginning() -> None:
    presence = Presence(area(), 0.3, 0.5)
    steps = [presence.step(frame(1 + k / 10, {7: IN})) for k in range(5)]
    assert [bool(s.inside[0]) for s in steps] == [False, False, False, True, True]
    assert steps[-1].since_ns.tolist() == [10**9]


def test_seen_is_this_frame_and_inside_lasts_a_little_longer() -> None:
    presence = Presence(area(), 0.0, 0.5)
    presence.step(frame(0, {1: IN, 2: IN, 3: IN}))
    step = presence.step(frame(0.2, {1: IN, 2: OUT, 3: IN}, predicted=[3]))
    assert step.inside.tolist() == [True, True, True]
    assert step.seen.tolist() == [True, False, False]


def test_resetting_says_how_many_dwells_it_ended() -> None:
    presence = Presence(area(), 0.3, 0.5)
    for k in range(5):
        presence.step(frame(k / 10, {1: IN, 2: IN, **({3: IN} if k > 3 else {})}))
    assert presence.reset() == 2
    assert len(presence) == 0
