"""The delay before the next attempt: increasing, bounded, and different for each camera."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Delays in seconds, doubling from `first_s` to `most_s`, each varied by `jitter` of itself in both
    directions.

    The jitter prevents all cameras of a station from reconnecting at once after a power cut.
    """

    first_s: float
    most_s: float
    jitter: float = 0.25
    rng: random.Random = field(default_factory=random.Random)
    _tries: int = 0

    def next_s(self) -> float:
        """The next delay; never above `most_s` times 1 + `jitter`."""
        # The exponent is bounded so that months of failures do not overflow.
        plain_s = min(self.most_s, self.first_s * 2.0 ** min(self._tries, 60))
        self._tries += 1
        return plain_s * self.rng.uniform(1 - self.jitter, 1 + self.jitter)

    def reset(self) -> None:
        """Reset to the shortest delay after a success."""
        self._tries = 0
