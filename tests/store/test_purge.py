from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.events import EvidenceFile
from passerby.contracts.settings import LONGEST_KEPT_H, Retention
from passerby.store import audit, evidence, ledger
from passerby.store.connect import writing
from passerby.store.keeping import OPEN_MS, PictureFile, pictures, unrecorded
from passerby.store.purge import HOUR_MS, MB, Purged, doomed, other_bytes, purge
from passerby.store.queries import querying
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms
from support.stored import an_event

NOW = 10_000 * HOUR_MS
PLENTY = 10**12


def picture(
    hours: float, kind: str = "clip", size: int = MB, *, locked: bool = False, name: str = "", camera: str = "c"
) -> PictureFile:
    made = NOW - round(hours * HOUR_MS)
    return PictureFile(name or f"{kind}-{hours}", kind, camera, "e", size, made, made, locked)


def gone(
    found: list[PictureFile], free: int = PLENTY, recording_mb: int | None = None, **limits: float
) -> dict[str, str]:
    retention, found = Retention.model_validate(limits), sorted(found, key=lambda p: p.made_ms)
    return {d.picture.path: d.why for d in doomed(found, retention, NOW, free, recording_mb=recording_mb)}


def test_what_is_too_old_goes_by_its_kind() -> None:
    found = [picture(h, kind) for h in (71.9, 72.1) for kind in ("still", "clip", "report", "video")]
    assert set(gone(found)) == {"still-72.1", "clip-72.1", "report-72.1", "video-72.1"}
    assert set(gone(found, recording_h=1)) == {
        "still-72.1",
        "clip-72.1",
        "report-72.1",
        "video-71.9",
        "video-72.1",
    }
    assert gone(found, evidence_h=100, recording_h=100) == {}


def test_no_configuration_keeps_anything_beyond_the_hard_limit() -> None:
    forged = Retention.model_construct(evidence_h=9999.0, recording_h=9999.0, evidence_mb=10**6, free_mb=0)
    found = [picture(719, "video"), picture(721, "video"), picture(719), picture(721)]
    removed = {d.picture.path: d.why for d in doomed(found, forged, NOW, PLENTY)}
    assert removed == {"video-721": "older than 720 h", "clip-721": "older than 720 h"}
    with pytest.raises(ValueError, match="less than or equal to 720"):
        Retention(evidence_h=LONGEST_KEPT_H + 1)


def test_locked_evidence_stays_whatever_its_age_and_however_full_the_disk() -> None:
    found = [
        picture(500, locked=True, name="locked"),
        picture(500, name="other"),
        picture(2, locked=True, name="l2"),
    ]
    assert set(gone(found, free=0)) == {"other"}


def test_the_oldest_make_room() -> None:
    found = [picture(h, size=400 * 1000) for h in (5, 4, 3, 2, 1)]
    assert gone(found, evidence_mb=1) == {
        "clip-5": "more than 1 MB of evidence",
        "clip-4": "more than 1 MB of evidence",
        "clip-3": "more than 1 MB of evidence",
    }
    assert gone(found, free=200 * MB - 500_000) == {
        "clip-5": "less than 200 MB free",
        "clip-4": "less than 200 MB free",
    }


@pytest.mark.parametrize(
    ("limit_mb", "left", "why"),
    [
        (3, {"a1", "a2", "b1"}, "the newest of each camera that fit"),
        (1, {"a1"}, "a camera whose newest file is larger keeps none"),
        (0, {"a1", "a2", "a3", "b1"}, "nothing is recorded now, earlier files go by their age"),
        (None, {"a1", "a2", "a3", "b1"}, "purge without a configuration has no limit"),
    ],
)
def test_each_camera_has_room_for_its_video(limit_mb: int | None, left: set[str], why: str) -> None:
    found = [picture(n, "video", size=MB + n, name=f"a{n}", camera="a") for n in (1, 2, 3)]
    found = [*(p if p.path != "a1" else picture(1, "video", name="a1", camera="a") for p in found)]
    found += [picture(1, "video", size=2 * MB, name="b1", camera="b"), picture(9, size=5 * MB, name="clip")]
    assert {p.path for p in found} - set(gone(found, recording_mb=limit_mb)) == {*left, "clip"}, why


def test_room_that_video_gave_is_not_taken_from_clips() -> None:
    found = [picture(n, "video", name=f"v{n}") for n in (1, 2)] + [picture(9, name="clip")]
    assert set(gone(found, free=199 * MB, recording_mb=1)) == {"v2"}


def test_the_unit_has_one_limit_and_video_goes_first() -> None:
    found = [
        picture(9, name="old clip"),
        picture(8, "video", 2 * MB, name="v8", camera="a"),
        picture(7, "video", 2 * MB, name="v7", camera="b"),
        picture(6, name="locked", locked=True),
        picture(5, "report", name="report"),
    ]
    assert gone(found, total_mb=7) == {}
    assert gone(found, total_mb=6) == {"v8": "more than 6 MB of the unit"}
    assert set(gone(found, total_mb=2)) == {"v8", "v7", "old clip"}
    assert set(gone(found, total_mb=1)) == {"v8", "v7", "old clip", "report"}, "the locked one stays"
    database = doomed(found, Retention(total_mb=7), NOW, PLENTY, other_bytes=3 * MB)
    assert [doom.picture.path for doom in database] == ["v8", "v7"]


def test_the_database_and_the_lists_count(tmp_path: Path) -> None:
    for name, size in (("passerby.db", 5), ("passerby.db-wal", 3), ("events.jsonl", 2), ("notes.txt", 90)):
        (tmp_path / name).write_bytes(bytes(size))
    assert other_bytes(tmp_path) == 10


def test_a_file_being_written_is_not_removed_to_make_room() -> None:
    young = [picture(0, "video"), picture(OPEN_MS / HOUR_MS / 2)]
    assert gone(young, free=0, evidence_mb=1) == {}


pictures_made = st.builds(
    picture,
    st.floats(0.1, 2000),
    st.sampled_from(["still", "clip", "video", "report"]),
    st.integers(0, 3 * MB),
    locked=st.booleans(),
)


@given(st.lists(pictures_made, max_size=30), st.integers(0, 400 * MB), st.integers(1, 50))
def test_laws_of_a_purge(found: list[PictureFile], free: int, evidence_mb: int) -> None:
    found = sorted(found, key=lambda p: p.made_ms)
    retention = Retention(evidence_mb=evidence_mb)
    removed = [d.picture for d in doomed(found, retention, NOW, free)]
    left = [p for p in found if not any(p is r for r in removed)]
    assert len({id(p) for p in removed}) == len(removed), "nothing twice"
    assert not any(p.is_locked for p in removed)
    unlocked = [p for p in left if not p.is_locked]
    assert all(NOW - p.made_ms <= 72 * HOUR_MS for p in unlocked)
    assert sum(p.size for p in unlocked if p.kind in ("still", "clip")) <= evidence_mb * MB
    if free + sum(p.size for p in removed) < 200 * MB:
        assert not unlocked, "as long as there is something to give up it is given up"


PICTURES_OF_CAM = ("cameras/cam/redacted-2026.mp4", "cameras/cam/report.html")
# Named as passerby names its files, and of the same age.
FOREIGN = {"old/redacted-2026.mp4", "old/report.html", "stills/lost.jpg.part", "clips/mine.mp4"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultsStore]:
    """Two incidents with a still and a clip each, e1 of four days ago and e2 of now; files that belong to none."""
    with ResultsStore(tmp_path) as made:
        for folder in ("stills", "clips", "old", "cameras/cam"):
            (tmp_path / folder).mkdir(parents=True)
        for name, age_h in (("e1", 96), ("e2", 1)):
            made.write_records([an_event(name)])
            for path, kind in ((f"stills/{name}.jpg", "still"), (f"clips/{name}.mp4", "clip")):
                (tmp_path / path).write_bytes(b"x" * 1000)
                file = EvidenceFile(path, name, "cam", kind, "aa", 1000, 0.0, None)  # type: ignore[arg-type]
                made.write(lambda c, f=file, a=age_h: evidence.append(c, f, now_ms() - a * HOUR_MS))
        old_s = now_ms() / 1000 - 96 * 3600
        for path in (*PICTURES_OF_CAM, *FOREIGN):
            (tmp_path / path).write_bytes(b"x" * 100)
            os.utime(tmp_path / path, (old_s, old_s))
        for path, kind in zip(PICTURES_OF_CAM, ("video", "report"), strict=True):
            file = EvidenceFile(path, "", "cam", kind, "bb", 100)  # type: ignore[arg-type]
            made.write(lambda c, f=file: evidence.append(c, f, round(1000 * old_s)))
        (tmp_path / "cameras" / "cam" / "summary.json").write_text("{}")
        yield made


def files(folder: Path) -> set[str]:
    names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    return {name for name in names if not name.startswith("passerby.db")}


COUNTS = {
    *("events.jsonl", "alarms.jsonl", "zones.csv", "lines.csv", "flows.csv", "occupancy.csv"),
    "cameras/cam/summary.json",
}


def purged(store: ResultsStore, folder: Path) -> Purged:
    return store.write(lambda c: purge(c, folder, Retention(free_mb=0), now_ms()))


def test_old_pictures_go_and_counts_and_events_stay(store: ResultsStore, tmp_path: Path) -> None:
    done = purged(store, tmp_path)
    assert files(tmp_path) == COUNTS | {"stills/e2.jpg", "clips/e2.mp4"} | FOREIGN
    assert (len(done.removed), done.refused, done.bytes, done.vanished) == (4, (), 2200, 0)
    with store.reading() as connection:
        rows = {file.path: file.gone_why for file in evidence.files(connection)}
        days = {day.camera: (day.files_deleted, day.bytes_deleted) for day in ledger.days(connection)}
        last = [row.entry for row in audit.rows(connection)][-1]
    assert rows == {
        **{"stills/e1.jpg": "older than 72 h", "clips/e1.mp4": "older than 72 h"},
        **{"stills/e2.jpg": None, "clips/e2.mp4": None},
        **dict.fromkeys(PICTURES_OF_CAM, "older than 72 h"),
    }
    assert len([line for line in (tmp_path / "events.jsonl").read_text().splitlines() if '"e1"' in line]) == 1
    assert (last.actor, last.act, last.what) == ("unit", "purged", "1 clip, 1 report, 1 still, 1 video")
    assert purged(store, tmp_path).removed == (), "once is enough"
    assert days == {"cam": (4, 2200)}


def test_locked_evidence_survives_and_goes_when_unlocked(store: ResultsStore, tmp_path: Path) -> None:
    with writing(tmp_path / "passerby.db") as connection:
        evidence.lock(connection, "e1", "claim 17", now_ms() + HOUR_MS, "alice")
    assert purged(store, tmp_path).locked == 2
    assert {"stills/e1.jpg", "clips/e1.mp4"} <= files(tmp_path)
    with writing(tmp_path / "passerby.db") as connection:
        evidence.unlock(connection, "e1", "alice")
    purged(store, tmp_path)
    assert not {"stills/e1.jpg", "clips/e1.mp4"} & files(tmp_path)


def test_whoever_is_reading_a_file_reads_on(store: ResultsStore, tmp_path: Path) -> None:
    with (tmp_path / "clips" / "e1.mp4").open("rb") as reader:
        assert reader.read(10) == b"x" * 10
        purged(store, tmp_path)
        assert len(reader.read()) == 990


def test_what_somebody_else_removed_is_marked(store: ResultsStore, tmp_path: Path) -> None:
    (tmp_path / "clips" / "e2.mp4").unlink()
    assert purged(store, tmp_path).vanished == 1
    with store.reading() as connection:
        why = {file.path: file.gone_why for file in evidence.files(connection)}
    assert why["clips/e2.mp4"] == "removed by another program"


def test_what_cannot_be_removed_is_said_and_not_marked(store: ResultsStore, tmp_path: Path) -> None:
    (tmp_path / "clips" / "e1.mp4").unlink()
    (tmp_path / "clips" / "e1.mp4").mkdir()
    (tmp_path / "clips" / "e1.mp4" / "x").touch()
    done = purged(store, tmp_path)
    assert len(done.refused) == 1
    assert "cannot be removed" in done.refused[0]


def test_what_is_here_with_its_age_and_camera(store: ResultsStore, tmp_path: Path) -> None:
    with querying(tmp_path / "passerby.db") as queries:
        found = {p.path: p for p in pictures(queries, tmp_path, now_ms())}
        assert set(unrecorded(queries, tmp_path)) == FOREIGN
    assert not FOREIGN & set(found), "a file without a record is not ours to remove"
    assert len(found) == 6
    assert (found["clips/e1.mp4"].camera, found["clips/e1.mp4"].event) == ("cam", "e1")
    assert [p.path for p in found.values() if p.kind == "video"] == [PICTURES_OF_CAM[0]]


def test_a_file_that_is_just_being_made_is_not_missing(store: ResultsStore, tmp_path: Path) -> None:
    begun = EvidenceFile("cameras/cam/redacted-2027.mp4", "", "cam", "video")
    for age_ms, why in ((0, None), (OPEN_MS + 1000, "not finished")):
        store.write(lambda c, a=age_ms: evidence.append(c, begun, now_ms() - a))  # type: ignore[misc]
        assert purged(store, tmp_path).vanished == (1 if why else 0)
        with store.reading() as connection:
            assert {f.path: f.gone_why for f in evidence.files(connection)}[begun.path] == why
