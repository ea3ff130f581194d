"""A command writes only into a folder whose files are all its own, by the record in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError, UsageError
from passerby.files.made import RECORD, check_folder, claim, refuse_other_files


def test_a_folder_is_claimed_again_and_keeps_earlier_names(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    claim(folder, ["a.txt"])
    (folder / "a.txt").write_text("1")
    claim(folder, ["b.txt"])
    assert (folder / RECORD).read_text() == "a.txt\nb.txt\n"
    assert folder.stat().st_mode & 0o777 == 0o700
    check_folder(folder)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("notes.txt", "another file"),
        ("a.txt", "a file with the name of an output"),
        ("deep/er/x", "a file in a folder below"),
    ],
)
def test_a_file_that_is_not_recorded_is_refused(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")
    for act in (lambda: claim(tmp_path, ["a.txt"]), lambda: check_folder(tmp_path)):
        with pytest.raises(UsageError, match=f"holds {name}, which passerby did not make; give another folder"):
            act()
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [Path(name).name], why
    assert (tmp_path / name).read_text() == "mine"


def test_a_link_to_a_folder_is_a_file_of_another(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "link").symlink_to(tmp_path / "photos")
    with pytest.raises(UsageError, match="holds link"):
        check_folder(tmp_path / "out")


def test_folders_below_with_a_record_or_a_mark_are_judged_by_themselves(tmp_path: Path) -> None:
    claim(tmp_path / "station", ["video.mp4"])
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "passerby.db").touch()
    refuse_other_files(tmp_path, marks=["passerby.db"])
    with pytest.raises(UsageError, match=r"results/passerby\.db"):
        refuse_other_files(tmp_path)


def test_a_folder_that_is_absent_is_free_and_one_that_is_a_file_is_said(tmp_path: Path) -> None:
    check_folder(tmp_path / "absent")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written"):
        claim(tmp_path / "file", ["a.txt"])


def test_a_record_that_is_no_text_makes_nothing_ours(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_bytes(b"\xff\xfe\0")
    (tmp_path / "a.txt").touch()
    with pytest.raises(UsageError, match=r"holds a\.txt"):
        claim(tmp_path, ["a.txt"])
