"""A results folder as texts: its files of lines, its summaries, every row of its database, and what lies in it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from support.golden.case import json_lines, rows_of
from support.golden.scrub import SKIPPED_TABLES, Scrubber
from support.stage import command

# Files of lines whose bytes are kept, with volatile parts replaced.
LINES = ("*.jsonl", "*.csv", "tracks.txt")
DATABASE = "passerby.db"
# Commands that read a results folder, without it; it stands before the last word.
ANSWERS = (
    ("audit", "verify", "--json"),
    ("events", "--camera", "north", "--phase", "end", "--json"),
)


def results(folder: Path, home: Path) -> dict[str, str]:
    """Return the texts by file name; `home`, where everything lies, is a name that changes.

    Cameras, whose threads take turns by chance, stand one after the other.
    """
    scrub = Scrubber(home, rows_of((folder / "events.jsonl").read_text("utf-8")))
    texts = {"files.txt": "".join(sorted(f"{scrub.text(name)}\n" for name in _files(folder)))}
    for path in sorted(path for pattern in LINES for path in folder.glob(pattern)):
        texts[path.name] = scrub.text("".join(_by_camera(path)))
    for path in sorted(folder.rglob("summary.json")):
        row = scrub.row("summary", json.loads(path.read_text("utf-8")))
        texts[f"summary.{row['camera']}.json"] = f"{json.dumps(row, indent=1)}\n"
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        texts["database.jsonl"] = json_lines([*_tables(database, scrub)])
    texts["answers.jsonl"] = json_lines([*_answers(folder, scrub)])
    return texts


def _answers(folder: Path, scrub: Scrubber) -> Iterator[dict[str, Any]]:
    for given in ANSWERS:
        answer = command(*given[:-1], folder, *given[-1:])
        out = [scrub.text(line) for line in answer.out.splitlines()]
        yield {"command": " ".join(given), "exit": answer.code, "out": out, "err": scrub.text(answer.err)}


def _files(folder: Path) -> Iterator[str]:
    """Paths of all files but SQLite's own beside the database."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith(f"{DATABASE}-"):
            yield str(path.relative_to(folder))


def _by_camera(path: Path) -> list[str]:
    head, *lines = path.read_text("utf-8").splitlines(keepends=True) or [""]
    if path.suffix == ".jsonl":
        return sorted([head, *lines], key=lambda line: str(json.loads(line)["camera"])) if head else []
    return [head, *(sorted(lines, key=lambda line: line.split(",")[0]) if head.startswith("camera,") else lines)]


def _tables(database: sqlite3.Connection, scrub: Scrubber) -> Iterator[dict[str, Any]]:
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (table,) in tables:
        if table in SKIPPED_TABLES:
            continue
        cursor = database.execute(f'SELECT * FROM "{table}" ORDER BY rowid')
        names = [column[0] for column in cursor.description]
        rows = [scrub.row(table, dict(zip(names, row, strict=True))) for row in cursor]
        yield from ({"table": table, **row} for row in sorted(rows, key=lambda row: _order(table, row)))


def _order(table: str, row: dict[str, Any]) -> Any:
    """Events and samples in the order of their camera; what several threads write in an order of its own."""
    return json.dumps(row) if table in ("audit", "evidence_file", "ledger") else str(row.get("camera", ""))
