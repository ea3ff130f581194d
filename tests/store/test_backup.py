"""A backup and what is made of it: consistent, checked, and never half a folder."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from passerby.contracts.errors import PasserbyError, StoreError, UsageError
from passerby.contracts.events import EvidenceFile
from passerby.store import audit, roots
from passerby.store.audit import Act
from passerby.store.backup import MANIFEST, write_backup
from passerby.store.connect import reading
from passerby.store.restore import restore_backup
from passerby.store.results import DATABASE, ResultsStore
from passerby.store.utc import now_ms
from support.stored import an_event

Edit = Callable[[dict[str, bytes]], None]


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Path]:
    """A results folder that is in use, with two events, a still on the disk, a floor and a published root."""
    folder = tmp_path / "unit"
    with ResultsStore(folder) as store:
        store.write_records([an_event("e1"), an_event("e2"), EvidenceFile("stills/e1.jpg", "e1", "c", "still")])
        (folder / "stills").mkdir()
        (folder / "stills/e1.jpg").write_bytes(b"redacted")
        (folder / "cameras/hall").mkdir(parents=True)
        (folder / "cameras/hall/floor.json").write_text("{}")
        store.write(lambda c: audit.record(c, "anna", Act.LOCKED, "e1"))
        with store.reading() as connection:
            roots.publish(folder / "roots.txt", roots.current(connection, now_ms()))
        yield folder


def edited(archive: Path, edit: Edit) -> Path:
    """A copy of an archive after `edit` changed its files."""
    with tarfile.open(archive) as tar:
        files = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]
    edit(files)
    made = archive.with_name("edited.tar.gz")
    with tarfile.open(made, "w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return made


def test_a_unit_in_use_comes_back_whole(unit: Path, tmp_path: Path) -> None:
    config = tmp_path / "station.yaml"
    config.write_text("unit: hall\n")
    archive, back = tmp_path / "b.tar.gz", tmp_path / "back"
    made = write_backup(unit, archive, config=config, with_pictures=True)
    assert archive.stat().st_mode & 0o077 == 0, "a backup is for its owner alone"
    restored = restore_backup(archive, back, "ben")
    assert restored == made
    assert (back / "events.jsonl").read_bytes() == (unit / "events.jsonl").read_bytes()
    for name in ("stills/e1.jpg", "cameras/hall/floor.json", "roots.txt"):
        assert (back / name).read_bytes() == (unit / name).read_bytes(), name
    assert (back / "unit.yaml").read_bytes() == config.read_bytes()
    with reading(back / DATABASE) as connection:
        assert list(roots.faults(connection, roots.read_roots(back / "roots.txt"))) == []
        assert [row.entry.act for row in audit.newest(connection, None, 1)] == ["restored"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar.gz", "back", "station.yaml", "unit"]


def test_pictures_that_are_not_in_the_backup_are_recorded_as_gone(unit: Path, tmp_path: Path) -> None:
    archive, back = tmp_path / "b.tar.gz", tmp_path / "back"
    assert "stills/e1.jpg" not in write_backup(unit, archive, config=None, with_pictures=False).files
    restore_backup(archive, back, "ben")
    with ResultsStore(back) as store, store.queries() as queries:
        assert [file.gone_why for file in queries.evidence()] == ["not in the backup"]


def cut(files: dict[str, bytes]) -> None:
    del files["roots.txt"]


def add(files: dict[str, bytes]) -> None:
    files["more.txt"] = b""


def change(files: dict[str, bytes]) -> None:
    files["roots.txt"] += b"\n"


def escape(files: dict[str, bytes]) -> None:
    files["../outside"] = b""


def absolute(files: dict[str, bytes]) -> None:
    files["/tmp/outside"] = b""


def forget(files: dict[str, bytes]) -> None:
    del files[MANIFEST]


def future(files: dict[str, bytes]) -> None:
    files[MANIFEST] = files[MANIFEST].replace(b'"format": 1', b'"format": 2')


def nonsense(files: dict[str, bytes]) -> None:
    files[MANIFEST] = b"[]"


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (cut, "roots.txt is missing"),
        (add, "more.txt is not in the manifest"),
        (change, "roots.txt does not have the checksum"),
        (escape, "not a plain file inside"),
        (absolute, "not a plain file inside"),
        (forget, "its manifest is not there"),
        (future, "use a newer passerby"),
        (nonsense, "is not a whole backup"),
    ],
)
def test_a_changed_backup_is_refused_and_leaves_nothing(unit: Path, tmp_path: Path, edit: Edit, says: str) -> None:
    archive, back = tmp_path / "b.tar.gz", tmp_path / "back"
    write_backup(unit, archive, config=None, with_pictures=False)
    with pytest.raises(StoreError, match=says):
        restore_backup(edited(archive, edit), back, "ben")
    assert not back.exists()
    assert not (tmp_path / "outside").exists()
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize("size", [0, 1, 20, 400])
def test_a_truncated_backup_is_refused(unit: Path, tmp_path: Path, size: int) -> None:
    archive = tmp_path / "b.tar.gz"
    write_backup(unit, archive, config=None, with_pictures=False)
    archive.write_bytes(archive.read_bytes()[:size])
    with pytest.raises(StoreError, match="is not a whole backup"):
        restore_backup(archive, tmp_path / "back", "ben")


def test_a_log_that_was_changed_before_the_backup_is_refused(unit: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(unit / DATABASE)) as connection, connection:
        connection.execute("UPDATE audit SET entry = replace(entry, 'anna', 'otto')")
    archive = tmp_path / "b.tar.gz"
    write_backup(unit, archive, config=None, with_pictures=False)
    with pytest.raises(StoreError, match=r"audit log of b\.tar\.gz was changed"):
        restore_backup(archive, tmp_path / "back", "ben")


def fails(act: Callable[[], object]) -> type[PasserbyError]:
    with pytest.raises(PasserbyError) as caught:
        act()
    return caught.type


def test_nothing_that_exists_is_replaced(unit: Path, tmp_path: Path) -> None:
    archive = tmp_path / "b.tar.gz"
    archive.write_bytes(b"mine")
    assert fails(lambda: write_backup(unit, archive, config=None, with_pictures=False)) is UsageError
    assert fails(lambda: restore_backup(archive, unit, "ben")) is UsageError
    assert archive.read_bytes() == b"mine"
    assert fails(lambda: restore_backup(tmp_path / "none", tmp_path / "back", "ben")) is StoreError
    assert fails(lambda: write_backup(unit, tmp_path / "no/b", config=None, with_pictures=False)) is StoreError
