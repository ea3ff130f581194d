"""A threshold: a value must stay there, and leaves it only clearly below."""

from __future__ import annotations

import pytest

from passerby.behaviour.threshold import Threshold
from passerby.contracts.time import NS_PER_S, Timestamp

# Values one second apart, at least 10 for 2 s, over below 8; and since when each is reported, -1 for not.
STORIES = [
    ([9, 9, 9, 9], [-1, -1, -1, -1], "never there"),
    ([10, 10, 10, 10], [-1, -1, 0, 0], "there for two seconds"),
    ([9, 10, 8, 8, 9], [-1, -1, -1, 1, 1], "it may fall to the clear ratio"),
    ([10, 10, 10, 7.9, 9, 10, 10, 10], [-1, -1, 0, -1, -1, -1, -1, 5], "below that it is over, and begins again"),
]


@pytest.mark.parametrize(("values", "since_s", "why"), STORIES, ids=[s[2] for s in STORIES])
def test_a_value_is_reported_since_it_is_there(values: list[float], since_s: list[int], why: str) -> None:
    threshold = Threshold(10, 0.8, 2.0)
    found = [threshold.step(value, Timestamp(k * NS_PER_S)) for k, value in enumerate(values)]
    assert [-1 if since is None else since.s for since in found] == since_s, why


def test_a_reset_begins_again() -> None:
    threshold = Threshold(10, 0.8, 0.0)
    assert threshold.step(10, Timestamp(0)) == Timestamp(0)
    threshold.reset()
    assert threshold.step(9, Timestamp(NS_PER_S)) is None
