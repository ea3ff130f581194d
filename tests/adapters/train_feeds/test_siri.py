"""SIRI-ET and SIRI-SM as calls."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.adapters.train_feeds.calls import FeedError
from passerby.adapters.train_feeds.siri import siri_calls
from support.train_feeds import estimated, monitored, siri

AT = 1_772_352_000.0


def test_the_actual_time_goes_before_the_expected_one() -> None:
    aimed = "<AimedDepartureTime>2026-03-01T07:00:00Z</AimedDepartureTime>"
    body = siri(estimated("j1", "S1", AT, more=aimed), estimated("j2", "S2", AT + 60, "Actual", aimed))
    assert [(call.stop, call.departs_s) for call in siri_calls(body)] == [("S1", AT), ("S2", AT + 60)]


@pytest.mark.parametrize(
    ("body", "there", "cancelled"),
    [
        (siri(estimated("j", "S", AT)), False, False),
        (siri(estimated("j", "S", AT, more="<Cancellation>true</Cancellation>")), False, True),
        (siri(estimated("j", "S", AT, more="<DepartureStatus>cancelled</DepartureStatus>")), False, True),
        (siri(monitored("j", "S", AT)), False, False),
        (siri(monitored("j", "S", AT, "<VehicleAtStop>true</VehicleAtStop>")), True, False),
    ],
)
def test_the_state_of_a_call(body: bytes, there: bool, cancelled: bool) -> None:
    (call,) = siri_calls(body)
    assert (call.stop, call.departs_s, call.is_there, call.is_cancelled) == ("S", AT, there, cancelled)


def test_a_call_without_a_time_or_a_stop_is_left_out() -> None:
    body = siri(estimated("j", "", AT), estimated("j", "S", AT).replace("2026-03-01T08:00:00+00:00", "soon"))
    assert siri_calls(body) == []


def test_the_key_stays_when_the_time_changes() -> None:
    first, later = (siri_calls(siri(estimated("j", "S", at_s)))[0].key for at_s in (AT, AT + 60))
    other = siri_calls(siri(estimated("k", "S", AT)))[0].key
    assert first == later != other


@pytest.mark.parametrize(
    "body",
    [b"", b"<html></html>", b"{}", b'<!DOCTYPE a [<!ENTITY b "c">]>' + siri(), "<a>é</a>".encode("utf-16")[:9]],
)
def test_what_is_no_delivery(body: bytes) -> None:
    with pytest.raises(FeedError):
        siri_calls(body)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with suppress(FeedError):
        assert siri_calls(body) == []
