"""A difference is reported so that one can judge it, and is accepted only with a reason."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from support.golden.__main__ import main
from support.golden.case import RECORDED, rows_of
from support.golden.frames import frame_differences

Rows = list[dict[str, Any]]


def rows() -> Rows:
    return rows_of((RECORDED / "train" / "frames.jsonl").read_text("utf-8"))


def changed(field_: str, at: float, **changes: Any) -> Rows:
    """The rows with changes to the first entry of a list in the frame at a time."""
    now = copy.deepcopy(rows())
    next(row for row in now if row["t"] == at)[field_][0].update(changes)
    return now


def test_equal_rows_have_no_difference() -> None:
    assert frame_differences(rows(), rows()) == []


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (changed("trains", 6.0, there=False), "moved   train track there, 6.00 s: True -> False"),
        (changed("tracks", 6.0, id=77), "moved   track 1 id, 6.00 s: 1 -> 77"),
        (changed("tracks", 6.0, box=[0.0, 0.0, 4.0, 9.0]), "lost    track 1, 6.00 s: id 1, box ["),
        (changed("hits", 30.0, kind="other"), "gained  hit other platform, 30.00 s: rule 1, kind other,"),
        (changed("events", 28.25, people=3), "moved   loitering at platform from 0.50 s, start people: 1 -> 3"),
        (changed("events", 28.25, place="hall"), "gained  loitering at hall from 0.50 s: "),
        (changed("events", 28.25, began=9.0), "lost    loitering at platform from 0.50 s: "),
        (rows()[:-1], "lost    frame, the end"),
        ([row for row in rows() if row["t"] != 6.0], "lost    frame, 6.00 s"),
    ],
)
def test_a_difference_names_what_when_and_how(now: Rows, line: str) -> None:
    assert any(reported.startswith(line) for reported in frame_differences(rows(), now)), frame_differences(
        rows(), now
    )


def test_one_change_in_many_frames_is_one_line() -> None:
    now = copy.deepcopy(rows())
    for row in now:
        for train in row.get("trains", []):
            train["departures"] += 1
    (line,) = frame_differences(rows(), now)
    assert line == "moved   train track departures, 0.00 s: 0 -> 1 (and 123 more to 30.75 s)"


def test_pictures_and_blocks_are_reported_in_words() -> None:
    now = copy.deepcopy(rows())
    row = next(row for row in now if row["t"] == 20.0)
    row |= {"shown": "ffffff" + row["shown"][6:], "foreground": "", "unknown": row["unknown"] + " 44:0-40"}
    blocks, shown, unknown = sorted(frame_differences(rows(), now))
    assert blocks.startswith("moved   foreground, 20.00 s: 523 blocks -> 0: 523 lost (rows ")
    assert shown.startswith("moved   shown, 20.00 s: 1 of 40 parts; most in part 0: [")
    assert unknown.endswith("gained (rows 44 to 44, columns 0 to 40)")


@pytest.mark.parametrize(
    ("field_", "changes"),
    [("tracks", {"floor": [11.02, 4.01, 0.3]}), ("tracks", {"velocity": [0.01, 0.04, 0.1]})],
)
def test_a_rounding_is_no_difference(field_: str, changes: dict[str, list[float]]) -> None:
    before = next(row for row in rows() if row["t"] == 6.0)[field_][0]
    near = {name: [a + 0.01 for a in before[name]] for name in changes}
    assert frame_differences(rows(), changed(field_, 6.0, **near)) == []


@dataclass
class Counting:
    """A case that gives another number each time."""

    name: str = "counting"
    given: list[int] = field(default_factory=list)

    def record(self, folder: Path) -> dict[str, str]:
        self.given.append(len(self.given))
        return {"number.txt": f"{self.given[-1]}\n"}

    def differences(self, file: str, before: str, now: str) -> list[str]:
        return [] if before == now else [f"moved   {before.strip()} -> {now.strip()}"]


@pytest.mark.parametrize("reason", [[], ["--reason", ""], ["--reason", "because"]])
def test_an_update_without_a_reason_is_refused(
    reason: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = Counting()
    with pytest.raises(SystemExit) as refused:
        main(["--update", *reason], [case], tmp_path / "recorded")
    assert (refused.value.code, case.given, [*tmp_path.iterdir()]) == (2, [], [])
    assert (
        '--update needs a reason: say with --reason "..." why the new results are right' in capsys.readouterr().err
    )


def test_the_command_reports_then_updates_then_keeps_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, where = Counting(), tmp_path / "recorded"
    assert main([], [case], where) == 1
    assert capsys.readouterr().out == "counting: gained  the file number.txt\n"
    assert not where.exists()
    assert main(["--update", "--reason", "they count  from one now"], [case], where) == 0
    capsys.readouterr()
    assert main([], [case], where) == 1
    assert capsys.readouterr().out == "counting: moved   1 -> 2\n"
    assert (where / "counting" / "number.txt").read_text() == "1\n"
    (entry,) = (tmp_path / "CHANGES.md").read_text().splitlines()
    assert entry.endswith(", counting (1 gained): they count from one now")


def test_a_file_that_is_not_given_any_more_is_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case, where = Counting(), tmp_path / "recorded"
    (where / "counting").mkdir(parents=True)
    (where / "counting" / "old.txt").write_text("")
    assert main(["counting", "--update", "--reason", "the old file went away"], [case], where) == 0
    assert "counting: lost    the file old.txt\n" in capsys.readouterr().out
    assert [path.name for path in (where / "counting").iterdir()] == ["number.txt"]


def test_an_unknown_case_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["nothing"], [Counting()], tmp_path)
    assert refused.value.code == 2
    assert "no case nothing; there are counting" in capsys.readouterr().err
