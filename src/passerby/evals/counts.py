"""Counted people over a line compared with hand counts: bias, error, and their confidence intervals.

Method: the intervals of the hand counts are drawn with replacement (`DRAWS` times, always the same draws); the
ratio of counted to true people over each draw gives the ratio's spread and its 95 % interval (percentile
bootstrap, Efron 1979). Few intervals give little information about each other, so the spread is never below that
of counting itself: a Poisson count of n people has a standard deviation of sqrt(n), of which only the missed and
the duplicated ones are errors; it is taken over the errors made, plus one.

`config/counts_error.py` reads the file of `write_errors`, with the same definition of ratio, sd and n.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from passerby.contracts.errors import StoreError, UsageError
from passerby.files.small import read_small

HEADS = ("line", "direction", "from_s", "to_s", "count")
DRAWS, SEED = 2000, 1


@dataclass(frozen=True, slots=True)
class HandCount:
    """One hand count: people over a line in one direction, in an interval."""

    line: str
    direction: str
    from_s: float
    to_s: float
    count: int


@dataclass(frozen=True, slots=True)
class CountScore:
    """One line and direction. true, counted: people over all hand-counted intervals.

    ratio: counted over true, by which a reported count is divided; sd: its standard deviation; low, high: 95 %.
    error: mean over the intervals of the absolute difference, as a fraction of the mean true count.
    """

    line: str
    direction: str
    intervals: int
    true: int
    counted: int
    ratio: float
    sd: float
    low: float
    high: float
    error: float

    @property
    def bias(self) -> float:
        """Counted minus true, as a fraction of the true."""
        return (self.counted - self.true) / max(self.true, 1)

    @property
    def is_usable(self) -> bool:
        """Whether the ratio is known: people crossed, and people were counted."""
        return self.true > 0 and self.counted > 0


def read_hand_counts(path: Path) -> list[HandCount]:
    """Read `line,direction,from_s,to_s,count`. Raises UsageError with the invalid line."""
    try:
        reader = csv.DictReader(io.StringIO(read_small(path).decode("utf-8-sig"), newline=""))
        if set(reader.fieldnames or ()) != set(HEADS):
            raise UsageError(f"{path}: the first line must be {','.join(HEADS)}")
        return [_hand_count(path, number, row) for number, row in enumerate(reader, start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: the hand counts cannot be read ({error})") from None


def _hand_count(path: Path, number: int, row: dict[str, str]) -> HandCount:
    try:
        one = HandCount(
            row["line"].strip(),
            row["direction"].strip(),
            float(row["from_s"]),
            float(row["to_s"]),
            int(row["count"]),
        )
    except (TypeError, ValueError, AttributeError):
        raise UsageError(f"{path}:{number}: from_s and to_s are seconds, count is a whole number") from None
    if one.direction not in ("in", "out") or one.count < 0 or not 0 <= one.from_s < one.to_s:
        raise UsageError(f"{path}:{number}: direction is in or out, from_s before to_s, count not below 0")
    return one


def compare(hand: Sequence[HandCount], crossings: Sequence[tuple[str, str, float]]) -> list[CountScore]:
    """Compare with counted crossings (line, direction, seconds); one row per line and direction of the hand
    counts.

    A crossing at an interval's end belongs to the next one.
    """
    keys = sorted({(one.line, one.direction) for one in hand})
    return [_compare(key, [one for one in hand if (one.line, one.direction) == key], crossings) for key in keys]


def _compare(
    key: tuple[str, str], hand: Sequence[HandCount], crossings: Sequence[tuple[str, str, float]]
) -> CountScore:
    times = np.array([t for line, direction, t in crossings if (line, direction) == key])
    said = np.array([int(((times >= one.from_s) & (times < one.to_s)).sum()) for one in hand])
    true = np.array([one.count for one in hand])
    picks = np.random.default_rng(SEED).integers(len(hand), size=(DRAWS, len(hand)))
    ratios = _ratio(said[picks].sum(axis=1), true[picks].sum(axis=1))
    ratio = float(_ratio(said.sum(), true.sum()))
    least_sd = np.sqrt(np.abs(said - true).sum() + 1) / max(true.sum(), 1)
    sd = float(max(ratios.std(ddof=1), least_sd))
    low, high = np.percentile(ratios, (2.5, 97.5))
    return CountScore(
        *key,
        intervals=len(hand),
        true=int(true.sum()),
        counted=int(said.sum()),
        ratio=ratio,
        sd=sd,
        low=max(0.0, min(float(low), ratio - 1.96 * sd)),
        high=max(float(high), ratio + 1.96 * sd),
        error=float(np.abs(said - true).sum() / max(true.sum(), 1)),
    )


def _ratio(said: Any, true: Any) -> Any:
    """Counted over true; 1 if both are 0, and a true number of 0 counts as 1."""
    return np.where((true == 0) & (said == 0), 1.0, said / np.maximum(true, 1))


def error_data(errors: Sequence[CountScore]) -> dict[str, dict[str, dict[str, float]]]:
    """Return `counts-error.json`: line, direction, and for each the ratio, its sd and n, the true people.

    A direction without true or without counted crossings is omitted: its error is unknown.
    """
    out: dict[str, dict[str, dict[str, float]]] = {}
    for e in errors:
        if e.is_usable:
            entry = {"ratio": round(e.ratio, 4), "sd": round(e.sd, 4), "n": e.true}
            out.setdefault(e.line, {})[e.direction] = entry
    return out


def write_errors(path: Path, errors: Sequence[CountScore]) -> None:
    """Write `counts-error.json`. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(error_data(errors), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}); give another folder") from error
