from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.time import NS_PER_S, TimeSource, Timestamp, later

moments = st.integers(0, 10**18)


@pytest.mark.parametrize(
    ("mono_ns", "seconds"), [(0, 0.0), (1, 1e-9), (40_000_000, 0.04), (NS_PER_S, 1.0), (3600 * NS_PER_S, 3600.0)]
)
def test_seconds_since_the_first_frame(mono_ns: int, seconds: float) -> None:
    assert Timestamp(mono_ns).s == seconds


@given(moments, moments)
def test_a_duration_is_exact_to_the_nanosecond_and_knows_no_wall_clock(a: int, b: int) -> None:
    after, before = Timestamp(a, utc_ns=0), Timestamp(b, utc_ns=10**18)
    assert after.since_s(before) == (a - b) / NS_PER_S
    assert after.since_s(before) == -before.since_s(after)


@pytest.mark.parametrize(
    ("utc_ns", "text"),
    [
        (None, None),
        (0, "1970-01-01T00:00:00.000Z"),
        (1_772_351_112_500_000_000, "2026-03-01T07:45:12.500Z"),
        (1_772_351_112_500_999_999, "2026-03-01T07:45:12.500Z"),  # cut, never rounded into the future
        (951_782_399_999_000_000, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_the_wall_clock_as_text(utc_ns: int | None, text: str | None) -> None:
    assert Timestamp(0, utc_ns).utc == text


@given(st.integers(0, 4_102_444_800_000))
def test_the_text_is_read_by_others_as_the_same_moment(utc_ms: int) -> None:
    text = Timestamp(0, utc_ms * 1_000_000).utc
    assert text is not None
    read = datetime.fromisoformat(text)
    assert read.tzinfo == UTC
    assert round(read.timestamp() * 1000) == utc_ms


def test_a_recording_has_no_wall_clock() -> None:
    at = Timestamp(5)
    assert (at.utc_ns, at.utc, at.utc_err_ms, at.source) == (None, None, None, TimeSource.RECORDING)


def test_timestamps_are_values() -> None:
    assert Timestamp(5, 6) == Timestamp(5, 6)
    assert Timestamp(5) != Timestamp(6)
    assert len({Timestamp(5), Timestamp(5), Timestamp(6)}) == 2
    with pytest.raises(AttributeError):
        Timestamp(5).mono_ns = 6  # type: ignore[misc]


@pytest.mark.parametrize("source", TimeSource)
def test_a_source_is_its_own_name(source: TimeSource) -> None:
    assert str(source) == source.value == source.name.lower()


@pytest.mark.parametrize(
    ("utc", "seconds", "expected"),
    [
        ("2026-03-01T07:45:00.000Z", 0.25, "2026-03-01T07:45:00.250Z"),
        ("2026-03-01T07:45:00Z", 1, "2026-03-01T07:45:01.000Z"),
        ("2026-12-31T23:59:59.999Z", 0.001, "2027-01-01T00:00:00.000Z"),
        ("2026-03-01T07:45:00.000Z", -60, "2026-03-01T07:44:00.000Z"),
        (None, 5, None),
    ],
)
def test_the_wall_clock_a_while_later(utc: str | None, seconds: float, expected: str | None) -> None:
    assert later(utc, seconds) == expected


@given(st.integers(0, 4_000_000_000_000), st.integers(0, 10_000_000))
def test_later_agrees_with_the_frames_own_clock(start_ms: int, passed_ms: int) -> None:
    before, after = (Timestamp(0, ms * 1_000_000).utc for ms in (start_ms, start_ms + passed_ms))
    assert later(before, passed_ms / 1000) == after


@pytest.mark.parametrize("value", [1.5, 1e9, "1"])
def test_a_time_that_is_no_whole_number_of_nanoseconds_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=r"mono_ns is .*: give whole nanoseconds"):
        Timestamp(value)
    with pytest.raises(TypeError, match="utc_ns is "):
        Timestamp(0, value)
    assert Timestamp(np.int64(1_500_000_000)).s == 1.5  # type: ignore[arg-type]
