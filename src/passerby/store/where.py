"""A WHERE clause from fixed parts, with bound values."""

from __future__ import annotations

from collections.abc import Sequence

from passerby.store.utc import utc_ms

When = float | str
"""A time: seconds since the camera's first frame, or RFC 3339 text."""


class Where:
    """Conditions that must all be true. `seconds` is the table's column of seconds since the first frame."""

    def __init__(self, seconds: str) -> None:
        self._seconds = seconds
        self._conditions: list[str] = []
        self.values: list[object] = []

    def add(self, condition: str, *values: object) -> None:
        """Add a condition with one ? per value."""
        self._conditions.append(condition)
        self.values.extend(values)

    def one_of(self, column: str, allowed: Sequence[str]) -> None:
        """Require `column` to be one of `allowed`; no limit if that is empty."""
        if allowed:
            self.add(f"{column} IN ({', '.join('?' * len(allowed))})", *allowed)

    def between(self, since: When | None, until: When | None) -> None:
        """Limit the time to since <= time < until. Raises StoreError for an invalid time."""
        for moment, relation in ((since, ">="), (until, "<")):
            if isinstance(moment, str):
                self.add(f"utc_ms {relation} ?", utc_ms(moment))
            elif moment is not None:
                self.add(f"{self._seconds} {relation} ?", moment)

    def before_row(self, row: int | None) -> None:
        """Limit to the rows stored before `row`; None sets no limit."""
        if row is not None:
            self.add("row < ?", row)

    def after(self, select: str, *rest: str) -> str:
        """Return the statement: `select`, the conditions, the rest."""
        conditions = ("WHERE " + " AND ".join(self._conditions),) if self._conditions else ()
        return " ".join((select, *conditions, *rest))
