"""Coming and leaving told apart by what moves first and last."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.scene.passing import Passed, Passing

# A letter is half a second: . nothing moves, l the low end does, h the high one, a all of it, p two slices in the
# middle, f all of it but less and less towards the high end.
MOVES = {
    ".": np.zeros(16),
    "l": 25.0 * (np.arange(16) < 6),
    "h": 25.0 * (np.arange(16) >= 6),
    "a": np.full(16, 25.0),
    "p": 25.0 * np.isin(np.arange(16), [7, 8]),
    "f": np.linspace(20.0, 1.0, 16),
}
CASES = [
    ("..llaaa...", Passed.CAME, "first one end, then all, then nothing"),
    ("..hhaaapp..", Passed.CAME, "people before it change nothing"),
    ("..aaaall...", Passed.LEFT, "first all, at last one end"),
    ("..aaaahhpp..", Passed.LEFT, "with people about"),
    ("..llaaaall..", None, "both: it did not stop"),
    ("..aaaa...", None, "neither"),
    ("..aaaaff...", None, "one end is further away and seems to stand earlier"),
    ("..llaaaff...", Passed.CAME, "the same, having come in"),
    ("..llhhll..", None, "never all of it"),
    ("..pppp...", None, "people"),
]


@pytest.mark.parametrize(("story", "passed", "why"), CASES)
def test_what_has_passed(story: str, passed: Passed | None, why: str) -> None:
    watcher = Passing()
    reported = [one for letter in story for one in [watcher.step(MOVES[letter], 0.5)] if one]
    assert reported == ([passed] if passed else []), why
