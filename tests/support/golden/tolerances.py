"""How far a recorded value may be off before it counts as another one, and why; and how a difference is shown.

Processors and libraries round differently. What no field here names must be the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Block = tuple[int, int]


class Same(Protocol):
    """Compares two values of one field, neither of which is None."""

    def __call__(self, a: Any, b: Any) -> bool:
        """Return whether they count as the same."""
        ...

    def shown(self, a: Any, b: Any) -> str:
        """Return how they differ."""
        ...


@dataclass(frozen=True, slots=True)
class Within:
    """Numbers, or lists of as many numbers, may differ by `off` and by `share` of the first."""

    off: float
    share: float = 0.0

    def __call__(self, a: Any, b: Any) -> bool:
        if isinstance(a, str) or isinstance(b, str) or np.shape(a) != np.shape(b):
            return bool(a == b)
        return bool(np.allclose(np.array(b, float), np.array(a, float), rtol=self.share, atol=self.off + 1e-9))

    def shown(self, a: Any, b: Any) -> str:
        return f"{a} -> {b}"


@dataclass(frozen=True, slots=True)
class Colours:
    """Mean colours of a picture's parts (see rows.parts), none of which may differ by more than `off`, of 255."""

    off: int

    def __call__(self, a: str, b: str) -> bool:
        return len(a) == len(b) and int(np.abs(_levels(a) - _levels(b)).max()) <= self.off

    def shown(self, a: str, b: str) -> str:
        if len(a) != len(b):
            return f"{len(a) // 6} parts -> {len(b) // 6}"
        apart = np.abs(_levels(a) - _levels(b)).max(axis=1)
        most = int(apart.argmax())
        pair = " -> ".join(str(_levels(text)[most].tolist()) for text in (a, b))
        return f"{int((apart > self.off).sum())} of {len(apart)} parts; most in part {most}: {pair}"


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks (see rows.runs) of which `most`, or this share of the first, may be others."""

    most: int
    share: float

    def __call__(self, a: str, b: str) -> bool:
        return len(_blocks(a) ^ _blocks(b)) <= max(self.most, self.share * len(_blocks(a)))

    def shown(self, a: str, b: str) -> str:
        old, new = _blocks(a), _blocks(b)
        parts = [
            f"{len(blocks)} {how} ({_around(blocks)})"
            for how, blocks in (("lost", old - new), ("gained", new - old))
            if blocks
        ]
        return f"{len(old)} blocks -> {len(new)}: {', '.join(parts)}"


def _levels(text: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.array([*bytes.fromhex(text)], np.int64).reshape(-1, 3)


def _blocks(text: str) -> set[Block]:
    found = set()
    for row in text.split():
        y, spans = row.split(":")
        for span in spans.split(","):
            first, last = span.split("-")
            found |= {(int(y), x) for x in range(int(first), int(last) + 1)}
    return found


def _around(blocks: set[Block]) -> str:
    ys, xs = zip(*blocks, strict=True)
    return f"rows {min(ys)} to {max(ys)}, columns {min(xs)} to {max(xs)}"


# What a field is when it is absent: a frame in which nothing differs has no `foreground`.
ABSENT: dict[str, Any] = {"foreground": "", "unknown": ""}
# field: comparison. The reason stands above each group.
SAME: dict[str, Same] = {
    # Pixels: the simulation's boxes are rounded to a sixteenth, a filter's are not. A cell of the foreground is
    # 1.5 px here, and at a thing's rim one cell more or less may differ.
    "box": Within(0.5),
    # Rendering and resizing round each pixel; a part is the mean of some thousand of them.
    "input": Colours(2),
    "shown": Colours(3),
    # A cell at the threshold falls to one side or the other; a block differs if one of its cells does.
    "foreground": Blocks(4, 0.03),
    "unknown": Blocks(8, 0.03),
    "known": Within(8, 0.01),
    "covered": Within(0.005),
    # Parts of `covered` in summary.json; `people` is a number of people elsewhere, which this leaves exact.
    **dict.fromkeys(("share", "people", "motion", "learning"), Within(0.005)),
    # A sum of roundings.
    "floor": Within(0.03),
    "velocity": Within(0.05),
    # Measures have two or three digits; the last may be rounded the other way.
    **dict.fromkeys(("speed", "travel", "length", "density", "count_mean"), Within(0.02, 0.01)),
    **dict.fromkeys(("density_per_m2", "trend_per_m2_min", "resolved", "coverage"), Within(0.005, 0.01)),
    # Instants are interpolated between two frames.
    **dict.fromkeys(("began", "since", "dwell", "duration", "at", "for"), Within(0.02)),
}
# Where boxes are a network's: runtimes and processors differ by some pixels, and by a box now and then.
LOOSE: dict[str, Same] = SAME | {
    "people": Within(0.5),
    "shown": Colours(16),
    "covered": Within(0.08),
    **dict.fromkeys(("began", "dwell", "duration", "at", "reported"), Within(1.0)),
}


def difference(field: str, a: Any, b: Any, table: Mapping[str, Same] = SAME) -> str:
    """Return how two values of a field differ; "" if they count as the same."""
    same = table.get(field)
    a, b = (ABSENT.get(field) if value is None else value for value in (a, b))
    if a == b:
        return ""
    if same is None or a is None or b is None:
        return f"{shown(a)} -> {shown(b)}"
    return "" if same(a, b) else same.shown(a, b)


def shown(value: Any) -> str:
    """Return a value as a line shows it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(part)}" for name, part in value.items())
    return "none" if value is None else str(value)
