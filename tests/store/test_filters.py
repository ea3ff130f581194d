from __future__ import annotations

import pytest

from passerby.store.filters import AlarmFilter, EventFilter, Filter, SampleFilter


@pytest.mark.parametrize(
    ("wanted", "limits"),
    [
        (SampleFilter(), {}),
        (SampleFilter(since=3.0, last=2), {}),  # times and numbers are no lists of values
        (EventFilter(camera=("a", "b"), open_only=True), {"camera": ("a", "b")}),
        (AlarmFilter(place=("hall",), priority=("alarm",)), {"place": ("hall",), "priority": ("alarm",)}),
    ],
)
def test_which_fields_take_one_of_several_values(wanted: Filter, limits: dict[str, tuple[str, ...]]) -> None:
    assert {name: allowed for name, allowed in wanted.allowed() if allowed} == limits
