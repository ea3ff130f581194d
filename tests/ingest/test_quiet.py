from __future__ import annotations

import pytest

from passerby.ingest.quiet import AVERAGED, LEAST_KNOWN, MOST_KNOWN, RISE, QuietLevel


def learned(sizes: list[int]) -> QuietLevel:
    level = QuietLevel()
    for size in sizes:
        level.learn(level.average(size))
    return level


QUIET = [1000] * MOST_KNOWN
ALTERNATING = [500, 1500] * (MOST_KNOWN // 2)


@pytest.mark.parametrize(
    ("quiet", "sizes", "expected", "why"),
    [
        (QUIET, [1000] * 50, None, "nothing moves"),
        (QUIET, [4000] * 50, 1, "a person comes"),
        (QUIET, [round(1000 * RISE * 1.1)] * 50, AVERAGED - 1, "a person far away"),
        (QUIET, [1400, 1000, 1000, 1000, 1000] * 10, None, "single larger packets"),
        (ALTERNATING, [500, 1500] * 25, None, "an encoder that alternates"),
        (QUIET[:LEAST_KNOWN], [1000] * 50, None, "two seconds are enough to know the place"),
        ([0] * MOST_KNOWN, [0] * 50, None, "a frozen camera"),
    ],
)
def test_motion_is_a_rise_of_the_average(
    quiet: list[int], sizes: list[int], expected: int | None, why: str
) -> None:
    level = learned(quiet)
    moves = [level.is_motion(level.average(size)) for size in sizes]
    first = moves.index(True) + 1 if any(moves) else None
    assert first == expected, why


def test_a_place_that_is_not_known_shows_no_motion() -> None:
    level = learned([1000] * (LEAST_KNOWN - 1))
    assert not level.is_known
    assert not level.is_motion(level.average(10**6))


def test_the_level_follows_the_place() -> None:
    level = learned(QUIET)
    for _ in range(LEAST_KNOWN):  # an escalator begins to move
        level.learn(3000.0)
    assert not level.is_motion(3000.0)
    for _ in range(MOST_KNOWN):  # and stops
        level.learn(1000.0)
    assert level.is_motion(3000.0)
