"""Durations and ends."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.adapters.onvif_events.soap import SoapError
from passerby.adapters.onvif_events.times import duration_s, lasting_s


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT1M", 60.0), ("PT0S", 0.0), ("P1DT2H3M4.5S", 93_784.5), (" PT10S ", 10.0), ("PT600S", 600.0)],
)
def test_a_duration(text: str, seconds: float) -> None:
    assert duration_s(text) == seconds
    assert lasting_s(text, 1e9) == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "1M", "P1Y", "PT-1S", "-PT1S", "PT1e9S", "PT" + "9" * 50 + "S"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(SoapError):
        duration_s(text)


@pytest.mark.parametrize("text", ["2026-03-01T08:01:00Z", "2026-03-01T08:01:00", "2026-03-01T09:01:00.000+01:00"])
def test_an_absolute_end(text: str) -> None:
    assert lasting_s(text, 1_772_352_000.0) == 60.0


@given(st.text(max_size=50))
def test_every_text_is_a_time_or_refused(text: str) -> None:
    with suppress(SoapError):
        assert isinstance(lasting_s(text, 0.0), float)
