"""Says how recorded rows differ: field by field, as gained, lost or moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from support.golden.tolerances import SAME, Same, difference, shown

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. how: gained, lost or moved. text: a value, or `old -> new`. at: time of its frame, or ""."""

    how: str
    what: str
    at: Any
    text: str


def keyed_changes(
    kind: str, before: Mapping[Any, Row], now: Mapping[Any, Row], at: Any = "", table: Mapping[str, Same] = SAME
) -> Iterator[Change]:
    """Compare rows by their keys."""
    for key in dict.fromkeys([*before, *now]):
        name = f"{kind} {key}".strip()
        if key not in now:
            yield Change("lost", name, at, shown(before[key]))
        elif key not in before:
            yield Change("gained", name, at, shown(now[key]))
        else:
            yield from field_changes(name, before[key], now[key], at, table)


def field_changes(
    name: str, before: Row, now: Row, at: Any = "", table: Mapping[str, Same] = SAME
) -> Iterator[Change]:
    """Compare the fields of one row."""
    for field in dict.fromkeys([*before, *now]):
        old, new = before.get(field), now.get(field)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from field_changes(f"{name} {field}", old, new, at, table)
        elif text := difference(field, old, new, table):
            yield Change("moved", f"{name} {field}".strip(), at, text)


def reported(changes: Sequence[Change]) -> list[str]:
    """Return one line for the same change in any number of frames."""
    grouped: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        grouped.setdefault((change.how, change.what), []).append(change)
    return [_line(same) for same in grouped.values()]


def _line(same: Sequence[Change]) -> str:
    first, last = same[0], same[-1]
    where = f", {_when(first.at)}" if first.at != "" else ""
    more = f" (and {len(same) - 1} more to {_when(last.at)})" if len(same) > 1 else ""
    return f"{first.how:7} {first.what}{where}: {first.text}".removesuffix(": ") + more


def _when(at: Any) -> str:
    return f"{at:.2f} s" if isinstance(at, float | int) else f"the {at}"
