from __future__ import annotations

import pytest

from passerby.contracts.errors import StoreError
from passerby.store.where import When, Where


def test_no_condition_no_clause() -> None:
    where = Where("at_s")
    where.one_of("camera", ())
    where.between(None, None)
    assert where.after("SELECT x FROM t", "ORDER BY row") == "SELECT x FROM t ORDER BY row"
    assert where.values == []


@pytest.mark.parametrize(
    ("since", "until", "clause", "values"),
    [
        (0.0, None, "WHERE at_s >= ?", [0.0]),  # zero is a moment, not "none given"
        (1.5, 2.0, "WHERE at_s >= ? AND at_s < ?", [1.5, 2.0]),
        ("1970-01-01T00:00:01Z", None, "WHERE utc_ms >= ?", [1000]),
        (5.0, "1970-01-01T00:00:01Z", "WHERE at_s >= ? AND utc_ms < ?", [5.0, 1000]),
    ],
)
def test_moments_in_seconds_or_on_the_wall(
    since: When | None, until: When | None, clause: str, values: list[object]
) -> None:
    where = Where("at_s")
    where.between(since, until)
    assert where.after("SELECT x FROM t") == f"SELECT x FROM t {clause}"
    assert where.values == values


def test_values_are_bound_never_pasted() -> None:
    where = Where("at_s")
    where.one_of("camera", ("a'; DROP TABLE event; --", "b"))
    assert where.after("SELECT x FROM t") == "SELECT x FROM t WHERE camera IN (?, ?)"
    assert where.values == ["a'; DROP TABLE event; --", "b"]


def test_text_that_is_no_moment_is_refused() -> None:
    with pytest.raises(StoreError, match="'noon' is not a UTC time"):
        Where("at_s").between("noon", None)
