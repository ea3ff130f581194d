"""Intervals of counts: they hold what they promise, and say when nothing can be promised."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.config.counts_error import CountError, read_counts_error
from passerby.contracts.errors import UsageError


def write(folder: Path, data: object) -> Path:
    path = folder / "counts-error.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_a_file_is_read_by_line_and_direction(tmp_path: Path) -> None:
    entry = {"ratio": 0.97, "sd": 0.01, "n": 240, "remark": "keys not known are passed over"}
    found = read_counts_error(write(tmp_path, {"stairs": {"in": entry}}))
    assert found == {"stairs": {"in": CountError(0.97, 0.01, 240)}}


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("{", "Invalid JSON"),
        ([], "should be an object"),
        ({"stairs": {"up": {"ratio": 1, "sd": 0, "n": 9}}}, "stairs.up"),
        ({"stairs": {"in": {"ratio": 0, "sd": 0, "n": 9}}}, "greater than 0"),
        ({"stairs": {"in": {"ratio": 1, "sd": -1, "n": 9}}}, "greater than or equal to 0"),
        ({"stairs": {"in": {"ratio": 1, "sd": 0}}}, "stairs.in.n"),
    ],
)
def test_what_is_wrong_is_named_with_the_cure(tmp_path: Path, data: object, what: str) -> None:
    with pytest.raises(UsageError, match=what) as caught:
        read_counts_error(write(tmp_path, data))
    assert "passerby eval counts" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.json cannot be read"):
        read_counts_error(tmp_path / "none.json")


def test_a_file_that_is_too_large_is_named(tmp_path: Path) -> None:
    (tmp_path / "big.json").write_text("{" + " " * 1_000_000 + "}")
    with pytest.raises(UsageError, match=r"big\.json cannot be read \(larger than 1 MB\)"):
        read_counts_error(tmp_path / "big.json")


@pytest.mark.parametrize(
    ("error", "counted", "low", "high", "why"),
    [
        (CountError(1.0, 0.0, 1000), 1000, 995, 1005, "no error in 1000: still up to 3 in 1000, twice"),
        (CountError(1.0, 0.0, 1000), 0, 0, 0, "nobody counted, and hardly anybody is ever missed"),
        (CountError(0.9, 0.02, 400), 90, 90.5, 110, "a tenth is missed: about 100, and 90 is unlikely"),
        (CountError(1.0, 0.05, 20), 100, 87, 119, "a small clip: wide, and more so upwards"),
    ],
)
def test_intervals(error: CountError, counted: int, low: float, high: float, why: str) -> None:
    got_low, got_high = error.interval(counted)
    assert got_high is not None
    assert got_low == pytest.approx(low, abs=max(3.0, 0.03 * counted)), why
    assert got_high == pytest.approx(high, abs=max(3.0, 0.03 * counted)), why


def test_from_too_few_people_no_upper_end_follows() -> None:
    assert CountError(1.0, 0.0, 2).interval(50)[1] is None


@given(st.floats(0.5, 1.2), st.floats(0, 0.05), st.integers(50, 5000), st.integers(0, 5000), st.integers(1, 50))
def test_the_truth_it_points_at_is_inside_and_more_counted_means_more(
    ratio: float, sd: float, n: int, counted: int, more: int
) -> None:
    error = CountError(ratio, sd, n)
    low, high = error.interval(counted)
    assert 0 <= low <= counted / ratio + 1e-6
    if high is not None:
        assert counted / ratio <= high + 1e-6
    assert error.interval(counted + more)[0] >= low - 1e-9


def test_it_covers_the_truth_as_often_as_it_says() -> None:
    """A detector that misses 8 % is measured on a clip of 500 people, then counts quarter hours of 120."""
    rng = np.random.default_rng(4)
    inside = 0
    for _ in range(2000):
        on_clip = rng.binomial(500, 0.92) / 500
        error = CountError(on_clip, float(np.sqrt(on_clip * (1 - on_clip) / 500)), 500)
        low, high = error.interval(int(rng.binomial(120, 0.92)))
        assert high is not None
        inside += low <= 120 <= high
    assert 0.93 <= inside / 2000 <= 0.985
