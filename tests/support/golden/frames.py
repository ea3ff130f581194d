"""Compares two recordings of one scene: frame by frame, and its incidents as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from support.golden.compare import Change, Row, field_changes, keyed_changes, reported
from support.golden.tolerances import SAME, Same, shown

# Two boxes that overlap by more are the same track or thing, whatever its number.
SAME_IOU = 0.5
# Incidents of one kind and place that began no further apart than this are the same one, moved.
SAME_S = 3.0
# Lists of a row: what one entry is called, and the fields that tell it from others.
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "tracks": ("track", ()),
    "trains": ("train", ("track",)),
    "still": ("thing", ()),
    "hits": ("hit", ("kind", "place")),
    "samples": ("sample", ("report", "zone", "line", "from_s", "kind", "incident")),
}


def frame_differences(before: Sequence[Row], now: Sequence[Row], table: Mapping[str, Same] = SAME) -> list[str]:
    """Return a line per incident, and then per field of the frames, that was gained, lost or moved."""
    old, new = (_by_key(rows, ("t", "gap")) for rows in (before, now))
    changes: list[Change] = []
    for key in dict.fromkeys([*old, *new]):
        at = (old.get(key) or new[key])["t"]
        if key in old and key in new:
            changes += _in_frame(at, old[key], new[key], table)
        else:
            changes.append(Change("lost" if key in old else "gained", "frame", at, ""))
    return [*reported([*_incident_changes(before, now, table)]), *reported(changes)]


def _in_frame(at: Any, old: Row, new: Row, table: Mapping[str, Same]) -> Iterator[Change]:
    single = [{k: v for k, v in row.items() if k not in LISTS and k not in ("t", "events")} for row in (old, new)]
    yield from field_changes("", single[0], single[1], at, table)
    for name, (kind, fields) in LISTS.items():
        a, b = old.get(name, []), new.get(name, [])
        pair = (_by_key(a, fields), _by_key(b, fields)) if fields else _by_overlap(a, b)
        yield from keyed_changes(kind, *pair, at, table)


def _by_key(rows: Sequence[Row], fields: Sequence[str]) -> dict[Any, Row]:
    found: dict[Any, Row] = {}
    for row in rows:
        key = " ".join(str(row[field]) for field in fields if field in row)
        while key in found:
            key += " again"
        found[key] = row
    return found


def _by_overlap(before: Sequence[Row], now: Sequence[Row]) -> tuple[dict[Any, Row], dict[Any, Row]]:
    """Return the rows by the old number, so that another number for the same box is one change of its `id`."""
    old, new, left = {row["id"]: row for row in before}, dict[Any, Row](), [*now]
    for number, row in old.items():
        near = max(left, key=lambda other: _iou(row["box"], other["box"]), default=None)
        if near is not None and _iou(row["box"], near["box"]) > SAME_IOU:
            new[number] = near
            left.remove(near)
    return old, new | {f"new {row['id']}": row for row in left}


def _iou(a: Sequence[float], b: Sequence[float]) -> float:
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    shared = float(np.prod(np.clip(high - low, 0, None)))
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return shared / max(areas - shared, 1e-9)


def _incident_changes(before: Sequence[Row], now: Sequence[Row], table: Mapping[str, Same]) -> Iterator[Change]:
    left = _incidents(now)
    for old in _incidents(before):
        same = [new for new in left if (new.kind, new.place) == (old.kind, old.place)]
        near = min(same, key=lambda new: abs(new.began_s - old.began_s), default=None)
        if near is None or abs(near.began_s - old.began_s) > SAME_S:
            yield Change("lost", str(old), "", _story(old))
            continue
        left.remove(near)
        yield from keyed_changes(f"{old},", old.events, near.events, "", table)
    for new in left:
        yield Change("gained", str(new), "", _story(new))


@dataclass(frozen=True, slots=True)
class _Incident:
    """The events of one incident by phase, each with `reported`: the frame that brought it."""

    kind: str
    place: str
    began_s: float
    events: dict[str, Row]

    def __str__(self) -> str:
        return f"{self.kind} at {self.place or 'the camera'} from {self.began_s:.2f} s"


def _story(incident: _Incident) -> str:
    return "; ".join(f"{phase}: {shown(event)}" for phase, event in incident.events.items())


def _incidents(rows: Sequence[Row]) -> list[_Incident]:
    by_number: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        for event in row.get("events", []):
            by_number.setdefault(event["incident"], []).append({**event, "reported": row["t"]})
    return [_incident(events) for events in by_number.values()]


def _incident(events: Sequence[Row]) -> _Incident:
    first = events[0]
    return _Incident(
        first["kind"], first.get("place", ""), first["began"], {_phase(e): _reported(e) for e in events}
    )


def _phase(event: Row) -> str:
    return event["phase"] if event["phase"] != "update" else f"update {event['seq']}"


def _reported(event: Row) -> Row:
    return {name: value for name, value in event.items() if name not in ("incident", "phase", "kind", "place")}
