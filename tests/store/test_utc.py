from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.errors import StoreError
from passerby.store.utc import optional_ms, optional_text, utc_ms, utc_text

YEAR_1, YEAR_9999 = -62_135_596_800_000, 253_402_300_799_999


@given(st.integers(YEAR_1, YEAR_9999))
def test_text_and_back_is_the_same_millisecond(ms: int) -> None:
    assert utc_ms(utc_text(ms)) == ms


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
        ("2026-03-01T09:45:00+02:00", "2026-03-01T07:45:00.000Z"),  # another offset is brought to UTC
        ("2026-03-01T07:45:00.1239Z", "2026-03-01T07:45:00.123Z"),  # cut, never rounded into the future
        ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),  # cut downwards before 1970 too
    ],
)
def test_text_is_kept_in_one_form(text: str, kept: str) -> None:
    assert utc_text(utc_ms(text)) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-03-01T07:45:00",  # no offset: it could be any of a day's hours
        "2026-02-30T00:00:00Z",  # no such day
        "0001-01-01T00:00:00+14:00",  # before the first representable moment in UTC
    ],
)
def test_text_that_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(StoreError, match="is not a UTC time; write for example"):
        utc_ms(text)


def test_a_recording_has_no_wall_clock() -> None:
    assert optional_ms(None) is None
    assert optional_text(None) is None
    assert optional_text(optional_ms("2026-03-01T07:45:00Z")) == "2026-03-01T07:45:00.000Z"
