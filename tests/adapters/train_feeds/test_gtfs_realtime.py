"""Trip updates as calls."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.adapters.train_feeds.calls import FeedError
from passerby.adapters.train_feeds.gtfs_realtime import gtfs_calls
from support.train_feeds import feed, trip

AT = 1_772_352_000.0


@pytest.mark.parametrize(
    ("changes", "cancelled"), [({}, False), ({"skipped": True}, True), ({"cancelled": True}, True)]
)
def test_a_call(changes: dict[str, bool], cancelled: bool) -> None:
    (call,) = gtfs_calls(feed(trip("t1", "70251", AT, **changes)))
    assert (call.stop, call.departs_s, call.is_cancelled) == ("70251", AT, cancelled)


def test_a_stop_without_a_departure_has_its_arrival() -> None:
    entity = trip("t1", "70251", 0)
    entity.trip_update.stop_time_update[0].arrival.time = int(AT)
    assert gtfs_calls(feed(entity))[0].departs_s == AT
    assert gtfs_calls(feed(trip("t1", "", AT), trip("t2", "70251", 0))) == []


def test_what_is_no_feed() -> None:
    with pytest.raises(FeedError):
        gtfs_calls(b"<html>not found</html>")


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with suppress(FeedError):
        gtfs_calls(body)
