"""What of a results folder differs from run to run or from machine to machine, and what stands there instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ULID = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b")


@dataclass(frozen=True, slots=True)
class Volatile:
    """What is replaced. pattern: in any text. column: `table.column` of the database, `.key` of summary.json."""

    shown: str
    why: str
    pattern: str = ""
    column: str = ""


VOLATILE = (
    Volatile("<utc>", "the wall clock of the run", r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    Volatile("<day>", "the wall clock of the run", r"\b\d{4}-\d\d-\d\d\b"),
    Volatile(
        "<sha256>",
        "hashes of pictures and models change with the version of an encoder, that of the configuration with the "
        "folder of the test, and those of the audit log with the time in its entries",
        r"\b[0-9a-f]{64}\b",
    ),
    Volatile('"actor": "<user>"', "the user who runs the tests", r'"actor": "(?!unit")[^"]*"'),
    Volatile("<row>", "two cameras write in the order in which their threads run", column=".row"),
    Volatile("<ms>", "the wall clock of the run", column="evidence_file.made_ms"),
    Volatile("<bytes>", "sizes of pictures change with the version of an encoder", column="evidence_file.bytes"),
    Volatile("<bytes>", "sizes of pictures change with the version of an encoder", column="ledger.bytes_written"),
    Volatile("<hash>", "the hash of an audit entry, with its time", column="audit.leaf"),
    Volatile("<hashes>", "hashes of audit entries, with their times", column="audit_head.peaks"),
    Volatile("<n>", "the janitor's and the clips' threads append as they run", column="audit.number"),
    Volatile("<ms>", "how fast the machine is", column="camera_health.p95_ms"),
    Volatile("<s>", "how fast the machine is", column="summary.wall_s"),
    Volatile("<ms>", "how fast the machine is", column="stages.mean_ms"),
    Volatile("<ms>", "how fast the machine is", column="stages.p95_ms"),
    Volatile("<version>", "the library that runs the model", column="model.runtime"),
    Volatile("<version>", "changes with each release", column="summary.version"),
)
# Tables of SQLite itself, whose content follows from the others.
SKIPPED_TABLES = frozenset({"sqlite_sequence"})


class Scrubber:
    """Scrubs the texts of one results folder. Ids of incidents become their camera, kind, place and number."""

    def __init__(self, folder: Path, events: list[Mapping[str, Any]]) -> None:
        self._folder, self._names = folder, dict[str, str]()
        counts: dict[str, int] = {}
        for event in events:
            if event["id"] not in self._names:
                what = " ".join(filter(None, (event["camera"], event["kind"], event["place"])))
                counts[what] = counts.get(what, 0) + 1
                self._names[event["id"]] = f"<{what} {counts[what]}>"

    def text(self, text: str) -> str:
        """Return a text with what is volatile replaced."""
        text = text.replace(str(self._folder), "<folder>")
        text = ULID.sub(lambda found: self._names.get(found[0], found[0]), text)
        for volatile in VOLATILE:
            if volatile.pattern:
                text = re.sub(volatile.pattern, volatile.shown, text)
        return text

    def row(self, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row with its volatile columns, and what is volatile in its texts, replaced."""
        columns = {v.column: v.shown for v in VOLATILE if v.column}
        return {name: self._value(columns, table, name, value) for name, value in row.items()}

    def _value(self, columns: Mapping[str, str], table: str, name: str, value: Any) -> Any:
        shown = columns.get(f"{table}.{name}") or columns.get(f".{name}")
        if shown is not None and value is not None:
            return shown
        match value:
            case dict():
                return self.row(name, value)
            case list() | tuple():
                return [self._value(columns, table, name, one) for one in value]
            case bytes():
                return value.hex()
            case str():
                return self.text(value)
        return value
