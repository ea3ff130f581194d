"""No command writes into a folder that holds files of others: one sentence, exit 2, nothing touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.stage import command

NAMES = ("notes.txt", "video.mp4", "grid.png", "eval.html", "unit.yaml", "report.html")
EVENTS = "events.jsonl"


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("sim", "render", "turns-back", "--seconds", "0.2", "--width", "64"), "--out"),
        (("sim", "render", "two-cameras", "--seconds", "0.2", "--width", "64"), "--out"),
        (("demo",), "--out"),
        (("calibrate", "absent.mp4"), "--out"),
        (("eval", "sim"), "--out"),
        (("eval", "budget", EVENTS), "--out"),
        (("eval", "kills"), "--keep"),
        (("eval", "soak"), "--keep"),
    ],
)
def test_a_folder_with_files_of_others_is_refused(tmp_path: Path, words: tuple[str, ...], option: str) -> None:
    (tmp_path / EVENTS).touch()
    for name in NAMES:
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / name).write_text("mine")
        answer = command(*(tmp_path / EVENTS if word == EVENTS else word for word in words), option, folder)
        assert (answer.code, answer.err.count("\n")) == (2, 1), answer.err
        assert f"{folder} holds {name}, which passerby did not make; give another folder" in answer.err
        assert [(p.name, p.read_text()) for p in folder.iterdir()] == [(name, "mine")]


def test_a_folder_of_the_same_command_is_written_again(tmp_path: Path) -> None:
    words = ("sim", "render", "turns-back", "--seconds", "0.2", "--width", "64", "--out", tmp_path / "out")
    for _ in range(2):
        assert command(*words).code == 0
    (tmp_path / "out" / "mine.txt").touch()
    assert command(*words).code == 2
