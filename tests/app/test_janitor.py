from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from passerby.app.actor import actor
from passerby.app.janitor import Janitor, finish_files
from passerby.contracts.events import EvidenceFile
from passerby.contracts.settings import Retention
from passerby.store import audit, evidence, roots
from passerby.store.clock_check import LastClock, last_clock
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms
from support.figures import film
from support.recording import record  # noqa: F401  the module is a program, too
from support.stage import CAST
from support.waiting import until


def acts(store: ResultsStore) -> list[str]:
    with store.reading() as connection:
        return [row.entry.act for row in audit.rows(connection)]


def test_it_purges_and_publishes_the_days_root_once(tmp_path: Path) -> None:
    (tmp_path / "stills").mkdir()
    old, new, foreign = (tmp_path / "stills" / f"{name}.jpg" for name in ("e1", "e2", "holiday"))
    before_s = now_ms() / 1000 - 80 * 3600
    for path in (old, new, foreign):
        path.write_bytes(b"x")
        os.utime(path, (before_s, before_s))
    with ResultsStore(tmp_path) as store:
        for name, made_ms in (("e1", round(1000 * before_s)), ("e2", now_ms())):
            file = EvidenceFile(f"stills/{name}.jpg", name, "c", "still", "aa", 1, 0.0, None)
            store.write(lambda c, f=file, m=made_ms: evidence.append(c, f, made_ms=m))  # type: ignore[misc]
        with Janitor(store, tmp_path, Retention(free_mb=0), lambda: 0, every_s=0.02):
            until(lambda: not old.exists())
            until(lambda: "published" in acts(store))
        assert acts(store) == ["purged", "published"]
        (root,) = roots.read_roots(tmp_path / "roots.txt")
        with store.reading() as connection:
            assert list(roots.faults(connection, [root])) == []
        assert root.size == 1
        assert new.exists()
        assert foreign.exists(), "what has no row is not ours to remove"


def test_a_restart_does_not_end_the_distrust_of_the_clock(tmp_path: Path) -> None:
    path = tmp_path / "clips" / "e1.mp4"
    path.parent.mkdir()
    path.write_bytes(b"x")
    os.utime(path, (1e9, 1e9))
    silent = LastClock(now_ms() - 40 * 24 * 3_600_000)
    with ResultsStore(tmp_path) as store:
        file = EvidenceFile("clips/e1.mp4", "e1", "c", "clip", "aa", 1)
        store.write(lambda c: evidence.append(c, file, made_ms=now_ms() - 40 * 24 * 3_600_000))
        for times in (1, 2):
            with store.reading() as connection:
                last = silent if times == 1 else last_clock(connection)
            with Janitor(store, tmp_path, Retention(free_mb=0), lambda: 0, last, every_s=0.02):
                until(lambda n=times: acts(store).count("clock") == n)  # type: ignore[misc]
            assert path.exists()
        with store.reading() as connection:
            until_ms = last_clock(connection).until_ms
        assert until_ms is not None
        assert abs(until_ms - now_ms() - 72 * 3_600_000) < 600_000
        with Janitor(store, tmp_path, Retention(free_mb=0), lambda: 0, LastClock(), every_s=0.02):
            until(lambda: not path.exists())


def test_a_chore_that_fails_is_said_once_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "roots.txt").mkdir()
    with ResultsStore(tmp_path) as store, Janitor(store, tmp_path, Retention(free_mb=0), lambda: 0, every_s=0.02):
        until(lambda: "cannot be written" in caplog.text)
        until(lambda: acts(store) == [])
        (tmp_path / "roots.txt").rmdir()
        until(lambda: "published" in acts(store))
    assert caplog.text.count("cannot be written") == 1


def test_files_that_a_crash_left_are_finished_by_their_record(tmp_path: Path) -> None:
    begun = [
        EvidenceFile("clips/e1.mp4", "e1", "platform-1", "clip"),
        EvidenceFile("cameras/platform-1/redacted-1.mp4", "", "platform-1", "video"),
        EvidenceFile("stills/e2.jpg", "e2", "platform-1", "still"),
        EvidenceFile("clips/e3.mp4", "e3", "platform-1", "clip"),
    ]
    (tmp_path / "stills").mkdir()
    whole = ("clips/e1.mp4", "cameras/platform-1/redacted-1.mp4")
    empty = ("clips/e3.mp4", "clips/stranger.mp4", "stills/e2.jpg.part", "stills/holiday.jpg.part")
    film(tmp_path / "v.mp4", CAST[:1], 0.5)
    data = (tmp_path / "v.mp4").read_bytes()
    for name in (*whole, *empty):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(data if name in whole else b"torn")
    with ResultsStore(tmp_path) as store:
        store.write_records(begun)
        for _ in range(2):
            finish_files(store, tmp_path)
        with store.reading() as connection:
            rows = {file.path: file for file in evidence.files(connection)}
        assert {path: (row.bytes, row.gone_why) for path, row in rows.items()} == {
            "clips/e1.mp4": (len(data), None),
            "cameras/platform-1/redacted-1.mp4": (len(data), None),
            "stills/e2.jpg": (0, "not finished"),
            "clips/e3.mp4": (0, "not finished"),
        }
        assert rows["clips/e1.mp4"].sha256 == hashlib.sha256(data).hexdigest()
        assert acts(store) == ["kept"]
    there = {name for name in (*whole, *empty) if (tmp_path / name).is_file()}
    assert there == {*whole, "clips/stranger.mp4", "stills/holiday.jpg.part"}, "a file without a record stays"


def test_the_actor_is_the_systems_user_not_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "somebody")
    monkeypatch.setenv("LOGNAME", "somebody")
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert actor() == "root"
    monkeypatch.setenv("SUDO_USER", "alice")
    assert actor() == "alice as root"
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert actor() == "uid 4000000", "who is not root is not asked"
