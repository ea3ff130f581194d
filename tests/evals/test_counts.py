"""Hand counts: what is refused, and what bias, error and interval come out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.errors import UsageError
from passerby.evals.counts import HandCount, compare, error_data, read_hand_counts

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
    assert (e.ratio, e.bias, e.error, e.true, e.counted, e.n) == (1.0, 0.0, 0.0, 120, 120, 12)
    assert e.low < 1.0 < e.high
    assert e.sd == pytest.approx(1 / 120)


def test_missing_every_tenth_person_is_a_ratio_above_one() -> None:
    (e,) = compare(minutes([10] * 12), crossings([9] * 12))
    assert e.ratio == pytest.approx(120 / 108)
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
    assert error_data(both)["gate"]["out"]["ratio"] == 1.5
    assert set(error_data(both)["gate"]["in"]) == {"ratio", "sd", "n"}


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=20))
def test_the_interval_holds_the_ratio(pairs: list[tuple[int, int]]) -> None:
    (e,) = compare(minutes([t for t, _ in pairs]), crossings([s for _, s in pairs]))
    assert 0 <= e.low <= e.ratio <= e.high
    assert e.sd > 0
