"""Counts that may become public: rounded, and small ones are not told, so that nobody can be followed by them."""

from __future__ import annotations

# Chosen by judgement: fewer people than this could be known by sight.
ROUNDED_TO = 10


def public_count(number: float) -> int | None:
    """Return a number rounded to tens; None for one below ten."""
    return None if number < ROUNDED_TO else ROUNDED_TO * round(number / ROUNDED_TO)
