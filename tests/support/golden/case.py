"""A golden test: a part of the product that is run, the text files that it gives, and how they differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

RECORDED = Path(__file__).parents[2] / "golden" / "recorded"


class Case(Protocol):
    """One golden test. name: of its folder below `recorded/`."""

    @property
    def name(self) -> str: ...

    def record(self, folder: Path) -> dict[str, str]:
        """Run it with `folder` as its results folder; return the text of each file to keep, by name."""
        ...

    def differences(self, file: str, before: str, now: str) -> list[str]:
        """Return a line per difference of one file; none if they count as the same."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case gave now, and how it differs from what is recorded."""

    files: Mapping[str, str]
    differences: Sequence[str]


def judge(case: Case, folder: Path, recorded: Path = RECORDED) -> Outcome:
    """Run a case and compare it with its recording."""
    files, kept = case.record(folder), recorded / case.name
    lines: list[str] = []
    for name in sorted({*files, *(path.name for path in kept.glob("*"))}):
        path = kept / name
        if name not in files or not path.is_file():
            lines.append(f"{'lost' if name not in files else 'gained':7} the file {name}")
        else:
            lines += case.differences(name, path.read_text("utf-8"), files[name])
    return Outcome(files, lines)


def keep(case: Case, outcome: Outcome, recorded: Path = RECORDED) -> None:
    """Take what came out as what must come out."""
    folder = recorded / case.name
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*"):
        path.unlink()
    for name, text in outcome.files.items():
        (folder / name).write_text(text, "utf-8")


def json_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as compact lines."""
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)


def rows_of(text: str) -> list[dict[str, Any]]:
    """Return what `json_lines` wrote."""
    return [json.loads(line) for line in text.splitlines()]
