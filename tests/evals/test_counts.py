"""Hand counts: what is refused, and what bias, error and interval come out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.config.counts_error import CountError, read_counts_error
from passerby.contracts.errors import UsageError
from passerby.evals.counts import HandCount, compare, error_data, read_hand_counts, write_errors

HEAD = "line,direction,from_s,to_s,count\n"


def test_hand_counts_are_read(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(HEAD + "gate, in ,0,60,7\n", encoding="utf-8")
    assert read_hand_counts(path) == [HandCount("gate", "in", 0.0, 60.0, 7)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("line,count\n", "the first line must be"),
        (HEAD + "gate,in,0,60,many\n", ":2: from_s and to_s are seconds"),
        (HEAD + "gate,in,0,60,7\ngate,up,0,60,7\n", ":3: direction is in or out"),
        (HEAD + "gate,in,60,60,7\n", "from_s before to_s"),
        (HEAD + "gate,in,0,60,-1\n", "count not below 0"),
        (HEAD + "gate,in,0\n", ":2: from_s and to_s are seconds"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=what):
        read_hand_counts(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_hand_counts(tmp_path / "none.csv")


def minutes(counts: list[int], way: str = "in") -> list[HandCount]:
    return [HandCount("gate", way, 60.0 * k, 60.0 * k + 60, n) for k, n in enumerate(counts)]


def crossings(counts: list[int], way: str = "in") -> list[tuple[str, str, float]]:
    return [("gate", way, 60.0 * k + 0.01 * i) for k, n in enumerate(counts) for i in range(n)]


def test_exact_counts_have_ratio_one_and_still_an_interval() -> None:
    (e,) = compare(minutes([10] * 12), crossings([10] * 12))
    assert (e.ratio, e.bias, e.error, e.true, e.counted, e.intervals) == (1.0, 0.0, 0.0, 120, 120, 12)
    assert e.low < 1.0 < e.high
    assert e.sd == pytest.approx(1 / 120)


def test_missing_every_tenth_person_is_a_ratio_below_one() -> None:
    (e,) = compare(minutes([10] * 12), crossings([9] * 12))
    assert e.ratio == pytest.approx(0.9)
    assert e.bias == pytest.approx(-0.1)
    assert e.low < e.ratio < e.high


def test_errors_that_cancel_are_error_but_no_bias() -> None:
    (e,) = compare(minutes([10, 10]), crossings([12, 8]))
    assert (e.bias, e.error) == (0.0, 0.2)


def test_a_crossing_at_the_border_belongs_to_the_next_interval() -> None:
    (e,) = compare([HandCount("gate", "in", 0, 60, 0)], [("gate", "in", 60.0)])
    assert e.counted == 0


def test_directions_and_lines_are_kept_apart() -> None:
    hand = [*minutes([5]), *minutes([3], "out")]
    both = compare(hand, [*crossings([5]), *crossings([2], "out"), ("other", "in", 1.0)])
    assert [(e.direction, e.true, e.counted) for e in both] == [("in", 5, 5), ("out", 3, 2)]
    assert error_data(both)["gate"]["out"]["ratio"] == 0.6667
    assert error_data(both)["gate"]["in"] == {"ratio": 1.0, "sd": 0.2, "n": 5}


@pytest.mark.parametrize(
    ("by_hand", "counted", "why"),
    [([0, 0], [0, 0], "nobody crossed"), ([0, 0], [1, 0], "only a false one"), ([4, 3], [0, 0], "nobody found")],
)
def test_a_direction_that_says_nothing_is_left_out_of_the_file(
    by_hand: list[int], counted: list[int], why: str, tmp_path: Path
) -> None:
    both = compare([*minutes(by_hand), *minutes([5], "out")], [*crossings(counted), *crossings([5], "out")])
    write_errors(tmp_path / "e.json", both)
    assert {way for ways in read_counts_error(tmp_path / "e.json").values() for way in ways} == {"out"}, why


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=20))
def test_the_interval_holds_the_ratio(pairs: list[tuple[int, int]]) -> None:
    (e,) = compare(minutes([t for t, _ in pairs]), crossings([s for _, s in pairs]))
    assert 0 <= e.low <= e.ratio <= e.high
    assert e.sd > 0


def through_the_file(folder: Path, hand: list[int], counted: list[int]) -> CountError:
    """What the reader makes of the file that the writer made of these minutes."""
    write_errors(folder / "counts-error.json", compare(minutes(hand), crossings(counted)))
    return read_counts_error(folder / "counts-error.json")["gate"]["in"]


def test_what_is_written_is_read_with_the_same_meaning(tmp_path: Path) -> None:
    """691 of 1000 people are counted, so 700 counted are about 1,013 people."""
    error = through_the_file(tmp_path, [50] * 20, [35] * 11 + [34] * 9)
    assert (error.ratio, error.people) == (0.691, 1000)
    low, high = error.interval(700)
    assert high is not None
    assert low < 700 / 0.691 < high
    assert low == pytest.approx(945, abs=5)
    assert high == pytest.approx(1084, abs=5)


@pytest.mark.parametrize(("found", "on_clip"), [(0.691, 1000), (0.92, 500)])
def test_published_intervals_hold_the_truth_as_often_as_they_say(
    found: float, on_clip: int, tmp_path: Path
) -> None:
    """A clip of twenty minutes is counted by hand and by a camera that misses people; quarters follow."""
    rng, inside, rounds = np.random.default_rng(7), 0, 200
    for _ in range(rounds):
        by_hand = rng.multinomial(on_clip, [1 / 20] * 20)
        error = through_the_file(tmp_path, by_hand.tolist(), rng.binomial(by_hand, found).tolist())
        low, high = error.interval(int(rng.binomial(120, found)))
        assert high is not None
        inside += low <= 120 <= high
    assert inside / rounds >= 0.93
