"""Which seeds of the simulated station are for tuning and which are only for measuring.

A figure that was measured with the seeds of its own tuning is too good. Rules, thresholds and tests use any seed
but those of `TEST_SEEDS`; the published figures use only these. A test searches the repository for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from passerby.contracts.errors import UsageError

TEST_SEEDS = range(7_310_001, 7_310_101)


def first_test_seeds(number: int) -> Sequence[int]:
    """Return the first `number` test seeds. Raises UsageError if there are not so many."""
    if number > len(TEST_SEEDS):
        raise UsageError(f"there are {len(TEST_SEEDS)} test seeds; give at most that many")
    return TEST_SEEDS[:number]


def shown_seeds(seeds: Sequence[int | None]) -> str:
    """Return the seeds of a report as text."""
    known = [seed for seed in seeds if seed is not None]
    if not known:
        return "each scenario's own"
    if len(known) == 1:
        return str(known[0])
    kind = "test seeds" if set(known) <= set(TEST_SEEDS) else "seeds"
    return f"{len(known)} {kind}, {known[0]} to {known[-1]}"
