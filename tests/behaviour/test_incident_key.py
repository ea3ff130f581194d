"""Two hits about one matter."""

from __future__ import annotations

import pytest

from passerby.behaviour.incident_key import REACH_MPS, SPOT_M, same_spot
from passerby.contracts.people import Subject

HERE = Subject(1, (500.0, 500.0), 170.0)


def there(metres: float, height: float = 170.0) -> Subject:
    return Subject(2, (500.0 + 100.0 * metres, 500.0), height)


CASES = [
    (HERE, there(0.0), 0.0, True, "the very spot"),
    (HERE, there(SPOT_M - 0.01), 0.0, True, "within reach of an arm or two"),
    (HERE, there(SPOT_M + 0.01), 0.0, False, "beyond it"),
    (HERE, there(SPOT_M + REACH_MPS - 0.01), 1.0, True, "a second later one may have gone on"),
    (HERE, there(SPOT_M + REACH_MPS + 0.01), 1.0, False, "but not that far"),
    (HERE, there(3.0, height=340.0), 0.0, True, "nearer to the camera, the same pixels are fewer metres"),
    (Subject(None), Subject(None), 0.0, True, "a whole zone is itself"),
    (Subject(None), HERE, 0.0, False, "a zone is not a person"),
    (HERE, Subject(None), 9.0, False, "nor the other way round"),
    (
        Subject(1, (0.0, 0.0), 0.0),
        Subject(2, (0.0, 0.0), 0.0),
        0.0,
        True,
        "a box of no height is no division by it",
    ),
]


@pytest.mark.parametrize(("a", "b", "gap_s", "same", "why"), CASES)
def test_same_spot(a: Subject, b: Subject, gap_s: float, same: bool, why: str) -> None:
    assert same_spot(a, b, gap_s) is same, why
