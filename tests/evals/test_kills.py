"""What a killed unit left is judged: each fault is made here and must be found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.contracts.events import EvidenceFile, Phase
from passerby.evals.kills import begun, disorder, doubled, lost, read_left
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.results import DATABASE, ResultsStore
from support.stored import an_event


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The results of a unit with two incidents, the first ended, and an entry in the audit log."""
    with ResultsStore(tmp_path) as store:
        first, second = an_event("a", 0), an_event("b", 0)
        for event in (first, second, replace(first, seq=1, phase=Phase.END)):
            store.write_records([event])
        store.write(lambda c: audit.record(c, "me", Act.STARTED, "unit.yaml"))
    return tmp_path


def change(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as connection:
        connection.execute(sql)


def test_what_is_sound_has_no_fault(folder: Path) -> None:
    left = read_left(folder)
    assert (len(left.lines), left.still_open, left.damage) == (3, {"b"}, ())
    assert begun(folder) == 2
    assert (lost(left.lines, left), doubled(left), [*disorder(folder)]) == (0, 0, [])


def test_a_unit_killed_before_it_wrote_left_nothing(tmp_path: Path) -> None:
    left = read_left(tmp_path)
    assert (left.lines, left.still_open, left.damage) == ((), frozenset(), ())


def test_a_line_cut_short_is_not_yet_an_event(folder: Path) -> None:
    with (folder / "events.jsonl").open("ab") as file:
        file.write(b'{"id": "c"')
    assert len(read_left(folder).lines) == 3


def test_a_lost_event_is_found(folder: Path) -> None:
    seen = read_left(folder).lines
    (folder / "events.jsonl").write_bytes(b"".join(seen[1:]))
    assert lost(seen, read_left(folder)) == 1
    assert [*disorder(folder)] == ["events.jsonl and passerby.db differ"]


def test_a_doubled_event_is_found(folder: Path) -> None:
    seen = read_left(folder).lines
    (folder / "events.jsonl").write_bytes(b"".join([*seen, seen[0]]))
    assert doubled(read_left(folder)) == 1


def test_a_changed_audit_log_is_damage(folder: Path) -> None:
    change(folder, "UPDATE audit SET entry = replace(entry, 'me', 'you')")
    assert read_left(folder).damage[0].startswith("audit log: entry 0 was changed")


def test_a_database_that_cannot_be_read_is_damage(folder: Path) -> None:
    (folder / DATABASE).write_bytes(b"x" * 8192)
    assert "passerby.db" in read_left(folder).damage[0]


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("DELETE FROM event WHERE id = 'a' AND seq = 0", "an end without a start"),
        ("UPDATE event SET seq = 2 WHERE id = 'a' AND seq = 1", "a number is missing"),
        ("UPDATE event SET phase = 'start' WHERE id = 'a'", "two starts"),
    ],
)
def test_an_incident_that_is_no_story_is_found(folder: Path, sql: str, why: str) -> None:
    change(folder, sql)
    assert any("incident a is no story" in fault for fault in disorder(folder)), why


def test_evidence_that_is_missing_or_changed_is_found(folder: Path) -> None:
    (folder / "stills").mkdir()
    (folder / "stills" / "b.jpg").write_bytes(b"another")
    with ResultsStore(folder) as store:
        for name in ("a", "b"):
            store.write_records([EvidenceFile(f"stills/{name}.jpg", name, "c", "still", "0" * 64, 1, 0.0, None)])
    assert [*disorder(folder)] == [
        "stills/a.jpg is missing",
        "stills/b.jpg was changed after it was entered",
    ]
