"""Settled on one side, then settled on the other."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.behaviour.continuity import Continuity
from passerby.behaviour.crossing import LineCrossing
from passerby.behaviour.meters import LineMeter
from passerby.behaviour.sides import BAND_M, Crossings
from passerby.contracts.rules import LineCrossingRule
from passerby.contracts.scene import Scene
from support.rows import Spot, frame, gate, scene

# Each letter is a frame, 0.1 s apart: L a metre to the left, R a metre to the right, . on the line,
# l and r the same but only predicted, n near the line on the right, ? doubtful on the right, - the track is
# removed, E the person ended.
STORIES = [
    ("LLLRRR", ["in"], "settled left, then right"),
    ("RRRLLL", ["out"], "and the other way"),
    ("LLL...RRR", ["in"], "lingering on the line in between"),
    ("LLLRLLL", [], "one frame on the other side is a flicker"),
    ("LLLRRLLL", [], "so are two, 0.1 s"),
    ("LLLRRRLLL", ["in", "out"], "0.2 s is settled: there and back"),
    ("LLLR.RR", [], "touching the line starts the settling anew"),
    ("LLLR.RRR", ["in"], "but only that"),
    ("LRRR", [], "a first side left faster than anybody runs was a jump of the box"),
    ("L......RRR", ["in"], "a first side seen once will do at a walk"),
    ("LLL......R", [], "not settled there yet"),
    ("LLL......R-", [], "the number ended, but perhaps goes on as another"),
    ("LLL......R-E", ["in"], "the end of the person, clear of the line, with nobody going on"),
    ("LLL......R-EE", ["in"], "and told once only"),
    ("LLL......n-E", [], "an end just outside the band is not clear of the line"),
    ("LLLR-E", [], "a flicker at the end is still one"),
    (".RRR", [], "whoever appears on the line came from nowhere"),
    ("RRRRRR", [], "never on the other side"),
    ("LLLrrrrrr", [], "a predicted row never counts"),
    ("LLLrrrRRR", ["in"], "found again on the other side does"),
    ("LLLrrrLLL", [], "found again on the same side does not"),
    ("LLL??????", [], "a doubtful row never counts"),
    ("LLLERRR", [], "another life of the number is another person"),
    ("LLLRRRRRRLLLRRR", ["in", "out", "in"], "to and fro"),
]
OFFSET = {"L": 1.0, "R": -1.0, ".": 0.1, "l": 1.0, "r": -1.0, "?": -1.0, "n": -0.3}


def reports_of(story: str, crossings: Crossings, x: float = 0.0) -> list[str]:
    reported: list[str] = []
    for k, letter in enumerate(story):
        if letter in "-E":
            ground = frame(k / 10, removed=[1], ended=[1] * (letter == "E"))
        else:
            spot = {1: (x, OFFSET[letter])}
            ground = frame(k / 10, spot, predicted=[1] * (letter in "lr"), unconfirmed=[1] * (letter == "?"))
        reported += [c.direction for c in crossings.step(ground)]
    return reported


@pytest.mark.parametrize(("story", "reported", "why"), STORIES)
def test_crossings(story: str, reported: list[str], why: str) -> None:
    assert reports_of(story, Crossings(gate())) == reported, why


@pytest.mark.parametrize(("story", "reported", "why"), STORIES)
def test_reversing_the_line_swaps_in_and_out(story: str, reported: list[str], why: str) -> None:
    swapped = ["out" if d == "in" else "in" for d in reported]
    assert reports_of(story, Crossings(gate((5.0, 0.0), (-5.0, 0.0)))) == swapped, why


@pytest.mark.parametrize(
    ("x", "reported", "why"),
    [(4.9, ["in"], "just inside the end"), (5.1, [], "just past it"), (-7.0, [], "far past the other end")],
)
def test_only_between_the_ends(x: float, reported: list[str], why: str) -> None:
    assert reports_of("LLLRRR", Crossings(gate()), x) == reported, why


def test_once_past_the_end_one_stands_on_the_other_side() -> None:
    """Around the end is no crossing, but the way back over the line is."""
    line = gate()
    path = [(7.0, 1.0)] * 3 + [(7.0, -1.0)] * 3 + [(0.0, -1.0)] * 3 + [(0.0, 1.0)] * 3
    crossings = Crossings(line)
    reported = [c.direction for k, spot in enumerate(path) for c in crossings.step(frame(k / 10, {1: spot}))]
    assert reported == ["out"]


@given(st.lists(st.sampled_from([1.0, -1.0]), max_size=60), st.floats(0, BAND_M - 0.001))
def test_whatever_happens_within_the_band_never_counts(sides: list[float], reach: float) -> None:
    crossings = Crossings(gate())
    for k, side in enumerate(sides):
        assert crossings.step(frame(k / 10, {1: (0.0, side * reach)})) == []


@given(st.integers(1, 20), st.integers(1, 20))
def test_a_flicker_never_counts(before: int, after: int) -> None:
    for there, away in ("LR", "RL"):
        assert reports_of(there * before + away + there * after, Crossings(gate())) == []


@settings(max_examples=60)
@given(st.text("LR.lr?n", max_size=40))
def test_in_and_out_take_turns(story: str) -> None:
    reported = reports_of(story, Crossings(gate()))
    assert all(a != b for a, b in itertools.pairwise(reported))


@given(st.permutations([1, 2, 3, 4]), st.integers(1, 1000))
def test_rows_in_another_order_with_other_numbers_are_the_same_crossings(order: list[int], add: int) -> None:
    def reported(ids: list[int], rename: int) -> list[list[str]]:
        crossings = Crossings(gate())
        found: list[list[str]] = []
        for k in range(8):
            where: dict[int, Spot] = {i + rename: (i - 2.0, (1 if i % 2 else -1) * (3.5 - k)) for i in ids}
            found.append(sorted(c.direction for c in crossings.step(frame(k / 5, where))))
        return found

    assert reported([1, 2, 3, 4], 0) == reported(list(order), add)


def test_the_track_reported_is_the_one_who_crossed() -> None:
    crossings = Crossings(gate())
    for k in range(3):
        crossings.step(frame(k / 10, {5: (0, 1.0), 6: (1, 1.0)}))
    frames = [frame(k / 10, {5: (0, 1.0), 6: (1, -1.0)}) for k in range(3, 6)]
    assert [c.subject.track for ground in frames for c in crossings.step(ground)] == [6]


@pytest.mark.parametrize(("wanted", "reported"), [("any", ["in", "out"]), ("in", ["in"]), ("out", ["out"])])
def test_the_rule_reports_the_wanted_direction(wanted: str, reported: list[str]) -> None:
    rule = LineCrossingRule(kind="line_crossing", line="l", direction=wanted)  # type: ignore[arg-type]
    watcher = LineCrossing(3, rule, Crossings(gate()))
    hits = [h for k, c in enumerate("LLLRRRLLL") for h in watcher.step(scene(k / 10, {1: (0, OFFSET[c])}))]
    assert [h.measures[0].value for h in hits] == reported
    assert all((h.rule, h.kind, h.place, h.people) == (3, "line_crossing", "l", 1) for h in hits)


def test_a_gap_resets_where_people_stood() -> None:
    watcher = LineCrossing(0, LineCrossingRule(kind="line_crossing", line="l"), Crossings(gate()))
    for k in range(3):
        watcher.step(scene(k / 10, {1: (0, 1.0)}))
    assert len(watcher) == 1
    watcher.reset()
    assert len(watcher) == 0
    assert [watcher.step(scene(k / 10, {1: (0, -1.0)})) for k in range(3, 9)] == [[]] * 6


def test_who_asks_later_about_a_frame_hears_the_same() -> None:
    both, alone = Crossings(gate()), Crossings(gate())
    for k, where in enumerate("LLLRRRLLL"):
        rows = frame(k / 10, {1: (0, OFFSET[where]), 2: (3, -OFFSET[where])})
        first = both.step(rows)
        assert both.step(rows) == first == alone.step(rows)
    both.reset()
    assert both.step(rows) == [], "what was told before a gap is not told after it"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("LRlr.", min_size=4, max_size=40), min_size=1, max_size=4))
def test_a_meter_and_a_rule_of_one_line_agree(stories: list[str]) -> None:
    """Sharing one look at each frame changes nothing: they say what each would say alone, and the same."""
    rule = LineCrossingRule(kind="line_crossing", line="l")
    shared = Crossings(gate())
    meter, watcher, alone = (
        LineMeter("c", shared),
        LineCrossing(0, rule, shared),
        LineCrossing(0, rule, Crossings(gate())),
    )
    directions = []
    for k in range(max(map(len, stories))):
        seen = {n: (n * 3.0, OFFSET[s[k]]) for n, s in enumerate(stories) if k < len(s)}
        removed = [n for n, s in enumerate(stories) if k == len(s)]
        now = Scene(frame(k / 5, seen, removed=removed))
        meter.step(now.ground)
        hits = watcher.step(now)
        assert hits == alone.step(now)
        directions += [hit.measures[0].value for hit in hits]
    assert (meter.in_, meter.out) == (directions.count("in"), directions.count("out"))


def strides(t_s: float, people: dict[int, tuple[float, float, float, float]]) -> dict[int, Spot]:
    """Walkers (x, y of the start; seen from, to, in seconds) along -y at 1.2 m/s: who is seen, and where."""
    return {n: (x, y - 1.2 * t_s) for n, (x, y, from_s, to_s) in people.items() if from_s <= t_s < to_s}


def told_of(
    people: dict[int, tuple[float, float, float, float]], seconds: float = 14.0
) -> list[tuple[str, float]]:
    """What is reported of walkers who pass the line at 0; each number is dropped 1.5 s after its last
    observation."""
    crossings, continuity = Crossings(gate()), Continuity()
    reported: list[tuple[str, float]] = []
    for k in range(round(10 * seconds)):
        t_s = k / 10
        removed = [n for n, (*_, to_s) in people.items() if round(10 * (to_s + 1.5)) == k]
        ground = continuity.step(frame(t_s, strides(t_s, people), removed=removed))
        reported += [(c.direction, c.began_s) for c in crossings.step(ground)]
    return reported


@given(st.integers(3, 55), st.integers(1, 35))
def test_a_track_that_breaks_off_counts_as_often_as_the_whole_one(broken: int, occluded: int) -> None:
    """Split at any moment, with a gap of up to 3.5 s, before, on or behind the line."""
    a, b = broken / 10, (broken + occluded) / 10
    reported = told_of({1: (0.0, 3.0, 0.0, a), 2: (0.0, 3.0, b, 9.95)})
    assert [way for way, _ in reported] == ["in"]
    assert reported[0][1] == pytest.approx(2.5, abs=0.15)


@given(st.integers(2, 5), st.integers(12, 30), st.integers(1, 25))
def test_of_a_group_that_is_occluded_together_everybody_counts_once(size: int, broken: int, occluded: int) -> None:
    a, b = broken / 10, (broken + occluded) / 10
    row = {n: (0.8 * n - 2, 3.0, 0.0, a) for n in range(size)}
    again = {10 + n: (0.8 * n - 2, 3.0, b, 9.95) for n in range(size)}
    assert [way for way, _ in told_of({**row, **again})] == ["in"] * size


def test_one_occluded_while_another_walks_on_is_not_swapped_with_them() -> None:
    people = {1: (0.0, 3.0, 0.0, 2.0), 2: (0.8, 3.0, 0.0, 9.9), 3: (0.0, 3.0, 3.5, 9.9)}
    assert [way for way, _ in told_of(people)] == ["in", "in"]


def test_who_lingers_on_the_line_went_over_when_they_did() -> None:
    path = [1.0 - k / 10 for k in range(11)] + [-0.1] * 30 + [-0.1 - k / 10 for k in range(10)]
    crossings = Crossings(gate())
    reported = [c for k, y in enumerate(path) for c in crossings.step(frame(k / 10, {1: (0.0, y)}))]
    assert [c.began_s for c in reported] == [pytest.approx(1.0, abs=0.11)]


def test_somebody_else_who_comes_the_other_way_takes_nothing_over() -> None:
    """One walks up to the line and out of sight; far beside them another begins beyond it."""
    assert told_of({1: (-3.0, 3.0, 0.0, 1.5), 2: (3.0, 3.0, 3.2, 9.9)}) == []
