"""A folder is only written over where its own database says whose files are in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.store import audit, evidence
from passerby.store.audit import Act
from passerby.store.results import ResultsStore
from passerby.store.results_folder import refuse_foreign, remove_old
from passerby.store.utc import now_ms
from support.stored import an_event


def analysed(folder: Path) -> Path:
    """A folder as an analysis leaves it."""
    with ResultsStore(folder) as store:
        store.write_records([an_event("e1")])
    for name in ("stills/e1.jpg", "clips/e1.mp4", "redacted.mp4", "report.html", "summary.json"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    return folder


def test_an_earlier_analysis_is_replaced(tmp_path: Path) -> None:
    folder = analysed(tmp_path / "out")
    remove_old(folder, refuse_foreign(folder, ["elsewhere.mp4"]))
    assert not [*folder.rglob("*.mp4"), *folder.rglob("*.jpg"), *folder.glob("report.html")]
    assert (folder / "events.jsonl").is_file(), "the store itself replaces what follows the database"


@pytest.mark.parametrize("name", ["stills/photo.jpg", "clips/mine.mp4", "notes.txt", "deep/er/x", "report.html"])
def test_a_folder_without_a_database_is_refused_with_any_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match=f"holds {name}, which passerby did not make; give another folder"):
        refuse_foreign(tmp_path)


@pytest.mark.parametrize("name", ["stills/photo.jpg", "clips/mine.mp4", "notes.txt"])
def test_a_strange_file_in_results_is_refused(tmp_path: Path, name: str) -> None:
    (analysed(tmp_path) / name).write_text("mine")
    with pytest.raises(UsageError, match=name):
        refuse_foreign(tmp_path)


def test_a_results_file_that_was_kept_aside_stays(tmp_path: Path) -> None:
    aside = analysed(tmp_path) / "events.jsonl.before-20260301T074512.000000Z"
    aside.write_text("rows of a lost database")
    remove_old(tmp_path, refuse_foreign(tmp_path))
    assert aside.read_text() == "rows of a lost database"
    (tmp_path / "events.jsonl.before-mine").touch()
    with pytest.raises(UsageError, match="before-mine"):
        refuse_foreign(tmp_path)


def test_an_empty_database_makes_nothing_ours(tmp_path: Path) -> None:
    (tmp_path / "passerby.db").touch()
    (tmp_path / "events.jsonl").write_text("history")
    with pytest.raises(Exception, match="is empty"):
        refuse_foreign(tmp_path)


def test_a_link_is_no_file_of_ours(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    folder = analysed(tmp_path / "out")
    (folder / "cameras").symlink_to(tmp_path / "photos")
    with pytest.raises(UsageError, match="holds cameras"):
        refuse_foreign(folder)


def test_a_video_to_be_read_is_never_in_the_folder(tmp_path: Path) -> None:
    folder = analysed(tmp_path)
    with pytest.raises(UsageError, match="holds the video"):
        refuse_foreign(folder, [str(folder / "clips" / "e1.mp4")])


def test_the_folder_of_a_unit_is_refused(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        store.write(lambda c: audit.record(c, "kim", Act.STARTED, "unit.yaml"))
    with pytest.raises(UsageError, match="results of a unit"):
        refuse_foreign(tmp_path)


def test_locked_evidence_is_not_replaced(tmp_path: Path) -> None:
    from passerby.contracts.events import EvidenceFile

    with ResultsStore(analysed(tmp_path)) as store:
        store.write_records([EvidenceFile("stills/e1.jpg", "e1", "cam", "still", "ab" * 32, 1, 0.0, None)])
        store.write(lambda c: evidence.lock(c, "e1", "claim", now_ms() + 3_600_000, "kim"))
    with pytest.raises(UsageError, match="locked evidence"):
        refuse_foreign(tmp_path)


def test_results_of_other_videos_below_are_not_of_this_folder(tmp_path: Path) -> None:
    analysed(tmp_path / "other")
    assert refuse_foreign(tmp_path) == frozenset()
