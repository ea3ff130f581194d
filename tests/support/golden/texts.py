"""Compares text files of a results folder: rows by what tells them apart, and last the bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from support.golden.case import rows_of
from support.golden.compare import Row, field_changes, keyed_changes, reported

# The columns that tell rows of one kind apart, in the order in which a line names them.
KEYS = (
    *(
        "table",
        "camera",
        "day",
        "kind",
        "id",
        "event",
        "seq",
        "place",
        "zone",
        "line",
        "direction",
        "path",
        "file",
    ),
    *("act", "what", "t_s", "track", "from_s"),
)


def text_differences(file: str, before: str, now: str) -> list[str]:
    """Return a line per row or field that was gained, lost or moved; or the first line that reads otherwise."""
    if before == now:
        return []
    if file.endswith(".json"):
        lines = reported([*field_changes("", _opened(json.loads(before)), _opened(json.loads(now)))])
    elif file.endswith((".jsonl", ".csv")):
        lines = reported([*keyed_changes("", _keyed(_rows(file, before)), _keyed(_rows(file, now)))])
    else:
        lines = [*_line_differences(before.splitlines(), now.splitlines())]
    return [f"{line[:8]}{file}: {line[8:]}" for line in lines or [_first_line(before, now)]]


def _rows(file: str, text: str) -> Sequence[Row]:
    if file.endswith(".csv"):
        return [dict(row) for row in csv.DictReader(text.splitlines())]
    return rows_of(text)


def _keyed(rows: Sequence[Row]) -> Mapping[str, Row]:
    keyed: dict[str, Row] = {}
    for row in map(_opened, rows):
        key = " ".join(str(row[name]) for name in KEYS if name in row)
        while key in keyed:
            key += " again"
        keyed[key] = row
    return keyed


def _opened(row: Row) -> dict[str, Any]:
    """Return a row with the JSON in its texts, and its lists of named things, as mappings."""
    opened: dict[str, Any] = {}
    for name, value in row.items():
        inside = json.loads(value) if isinstance(value, str) and value[:1] in ("{", "[") else value
        if isinstance(inside, list) and all(isinstance(one, dict) and _name(one) for one in inside):
            inside = {_name(one): one for one in inside}
        if name == "entry" and isinstance(inside, dict):
            opened |= inside
        else:
            opened[name] = inside
    return opened


def _name(one: Row) -> str:
    return str(one.get("name", one.get("stage", "")))


def _line_differences(before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    steps = SequenceMatcher(a=before, b=now, autojunk=False).get_opcodes()
    changed = [(before[a:b], now[c:d]) for how, a, b, c, d in steps if how != "equal"]
    return [
        line for old, new in changed for line in (*(f"lost    {o}" for o in old), *(f"gained  {n}" for n in new))
    ]


def _first_line(before: str, now: str) -> str:
    """Rows and values are the same: say where the order or the writing differs."""
    pairs = zip_longest(before.splitlines(), now.splitlines(), fillvalue="")
    number, (old, new) = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return f"moved   only the order or the writing, first in line {number}: {old} -> {new}"
