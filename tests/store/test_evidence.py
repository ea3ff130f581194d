from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.contracts.events import EvidenceFile, EvidenceRef
from passerby.store import audit, evidence
from passerby.store.evidence import DAY_MS, LONGEST_LOCK_DAYS
from passerby.store.migrations import migrate
from passerby.store.utc import now_ms, optional_text
from support.stored import an_event

STILL = EvidenceFile("stills/e1.jpg", "e1", "c", "still", "aa", 1000, 0.0, "2026-03-01T07:45:12.500Z")
CLIP = replace(STILL, path="clips/e1.mp4", kind="clip", sha256="bb", bytes=9000, seconds=21.5)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("a.db"))
        for file in (STILL, CLIP):
            evidence.append(made, file)
        yield made


def acts(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    return [(row.entry.actor, row.entry.act, row.entry.what) for row in audit.rows(connection)]


def test_files_are_kept_and_a_clips_checksum_is_in_the_log(connection: sqlite3.Connection) -> None:
    still, clip = evidence.files(connection)
    assert (still.path, still.sha256, still.gone_ms, still.locked_until_ms) == ("stills/e1.jpg", "aa", None, None)
    assert (clip.kind, clip.seconds, clip.bytes) == ("clip", 21.5, 9000)
    assert optional_text(still.taken_ms) == STILL.utc
    assert abs(clip.made_ms - now_ms()) < 60_000
    assert acts(connection) == [("unit", "kept", "clips/e1.mp4")]
    assert audit.latest_detail(connection, audit.Act.KEPT) == "sha256 bb"


def test_a_file_is_begun_and_then_finished(connection: sqlite3.Connection) -> None:
    begun = EvidenceFile("cameras/c/redacted-1.mp4", "", "c", "video", utc="2026-03-01T07:45:12.500Z")
    evidence.append(connection, begun, made_ms=1000)
    (*_, row) = evidence.files(connection)
    assert (row.is_finished, row.made_ms, row.kind) == (False, 1000, "video")
    evidence.append(connection, replace(begun, sha256="cc", bytes=7, seconds=600.0, utc=None), made_ms=2000)
    (*_, row) = evidence.files(connection)
    assert (row.is_finished, row.made_ms, row.bytes, row.seconds) == (True, 2000, 7, 600.0)
    assert connection.execute("SELECT utc_ms FROM evidence_file WHERE kind = 'video'").fetchone() == (
        1_772_351_112_500,
    )


def test_a_file_that_was_removed_while_it_was_open_stays_removed(connection: sqlite3.Connection) -> None:
    begun = EvidenceFile("cameras/c/report.html", "", "c", "report")
    evidence.append(connection, begun)
    evidence.mark_gone(connection, [begun.path], "older than 72 h", 5000)
    evidence.append(connection, replace(begun, sha256="cc", bytes=7))
    (*_, row) = evidence.files(connection)
    assert (row.sha256, row.gone_why) == ("cc", "older than 72 h")
    evidence.append(connection, begun)
    (*_, row) = evidence.files(connection)
    assert (row.is_finished, row.gone_ms) == (False, None), "it is made again"


def test_the_event_says_what_became_of_its_evidence(connection: sqlite3.Connection) -> None:
    event = an_event("e1", evidence=EvidenceRef("stills/e1.jpg", "aa", "solid", "clips/e1.mp4"))
    now = evidence.as_it_is(event, evidence.files(connection, "e1"))
    assert now.evidence is not None
    assert (now.evidence.clip_sha256, now.evidence.gone) == ("bb", None)
    evidence.mark_gone(connection, ["stills/e1.jpg", "clips/e1.mp4"], "older than 72 h", 1_772_351_112_500)
    later = evidence.as_it_is(event, evidence.files(connection, "e1"))
    assert later.evidence is not None
    assert later.evidence.gone == "2026-03-01T07:45:12.500Z older than 72 h"
    assert replace(later, evidence=event.evidence) == event, "the rest of the event stays"
    assert evidence.as_it_is(replace(event, evidence=None), []).evidence is None


def test_gone_is_said_once(connection: sqlite3.Connection) -> None:
    for at_ms, why in ((1000, "first"), (2000, "second")):
        evidence.mark_gone(connection, ["clips/e1.mp4"], why, at_ms)
    (clip,) = [file for file in evidence.files(connection) if file.kind == "clip"]
    assert (clip.gone_ms, clip.gone_why) == (1000, "first")


def test_a_lock_holds_for_its_time_and_is_in_the_log(connection: sqlite3.Connection) -> None:
    until = now_ms() + 5 * DAY_MS
    made = evidence.lock(connection, "e1", " claim 17 ", until, "alice")
    assert (made.reason, made.locked_by) == ("claim 17", "alice")
    assert {file.locked_until_ms for file in evidence.files(connection)} == {until}
    assert [lock.event for lock in evidence.locks(connection)] == ["e1"]
    assert evidence.locks(connection, at_ms=until + 1) == []
    assert {file.locked_until_ms for file in evidence.files(connection, at_ms=until + 1)} == {None}
    evidence.unlock(connection, "e1", "bob")
    assert evidence.locks(connection) == []
    assert acts(connection)[1:] == [("alice", "locked", "e1"), ("bob", "unlocked", "e1")]


@pytest.mark.parametrize(
    ("event", "reason", "days", "says"),
    [
        ("e1", "  ", 1, "a lock needs a reason"),
        ("e1", "claim", -1, "is in the past; give a later --until"),
        ("e1", "claim", LONGEST_LOCK_DAYS + 1, "a lock lasts at most 90 days"),
        ("e9", "claim", 1, "e9 has no evidence"),
    ],
)
def test_a_lock_that_cannot_be(
    connection: sqlite3.Connection, event: str, reason: str, days: int, says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        evidence.lock(connection, event, reason, now_ms() + days * DAY_MS, "alice")
    assert evidence.locks(connection) == []
    assert len(acts(connection)) == 1


def test_what_is_gone_cannot_be_locked_nor_what_is_not_locked_unlocked(connection: sqlite3.Connection) -> None:
    evidence.mark_gone(connection, ["stills/e1.jpg", "clips/e1.mp4"], "old", 1000)
    with pytest.raises(UsageError, match="no evidence"):
        evidence.lock(connection, "e1", "claim", now_ms() + DAY_MS, "alice")
    with pytest.raises(UsageError, match="is not locked"):
        evidence.unlock(connection, "e1", "alice")
