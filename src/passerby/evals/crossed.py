"""The true crossings that are visible in the picture.

A crossing is visible if the person was visible, settled on one side before it and on the other side after it, in
two analysed frames or more each, and occluded for at most `OCCLUDED_S` in between. A person who comes from behind
a pillar beyond the line, or is on the line when the video begins, cannot be counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from passerby.evals.watched import Seen
from passerby.sim.ledger import SETTLED_M, TrueCrossing
from passerby.sim.scenario import LineModel

# Longest occlusion of a counted person, seconds: the aim of the project for every behaviour.
OCCLUDED_S, FRAMES = 10.0, 2

Positions = list[tuple[float, float, float]]


@dataclass(slots=True)
class VisibilityLog:
    """Processes every analysed frame; the result is available at the end."""

    _positions: dict[int, Positions] = field(default_factory=dict)

    def add(self, seen: Seen) -> None:
        """Process one frame's ground truth."""
        for person, (x, y) in zip(seen.id.tolist(), seen.pos_m.tolist(), strict=True):
            self._positions.setdefault(person, []).append((seen.t_s, x, y))

    def counts(self, crossings: Sequence[TrueCrossing], lines: Sequence[LineModel]) -> Counter[tuple[str, str]]:
        """Return, per line and direction, how many of the true crossings were visible."""
        known = {line.name: line for line in lines}
        return Counter((c.line, c.direction) for c in crossings if self._is_seen(c, known[c.line]))

    def _is_seen(self, crossing: TrueCrossing, line: LineModel) -> bool:
        visible = np.array(self._positions.get(crossing.person, [])).reshape(-1, 3)
        left_m = _left_m(visible[:, 1:], line) * (1 if crossing.direction == "in" else -1)
        t_s = visible[:, 0]
        # On stairs there is no floor for the distance from the line: only the time determines the side.
        before = t_s[(t_s < crossing.t_s) & ~(left_m <= SETTLED_M)]
        after = t_s[(t_s >= crossing.t_s) & ~(left_m >= -SETTLED_M)]
        enough = min(len(before), len(after)) >= FRAMES
        return bool(enough and after[0] - before[-1] <= OCCLUDED_S)


def _left_m(pos_m: np.ndarray, line: LineModel) -> np.ndarray:
    """Return how far left of a line positions (N, 2) are, (N,) metres; NaN where they are."""
    start, end = np.array(line.from_m), np.array(line.to_m)
    x, y = (end - start) / np.linalg.norm(end - start)
    rel = pos_m - start
    return np.asarray(x * rel[:, 1] - y * rel[:, 0])
