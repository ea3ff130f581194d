from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.errors import StoreError, UsageError
from passerby.store import audit, roots
from passerby.store.audit import Act, Entry
from passerby.store.connect import reading, writing
from passerby.store.db import Database
from passerby.store.merkle import includes, inclusion_proof, leaf_hash, root_of
from passerby.store.migrations import migrate
from passerby.store.roots import Root, faults, parse, publish, published_on, read_roots

T_MS = 1_772_351_112_500


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("a.db"))
        yield made


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A database with a log of nine acts."""
    path = tmp_path / "passerby.db"
    with Database(path) as database:
        for n in range(9):
            database.execute_write(lambda c, n=n: audit.record(c, "alice", Act.LOOKED, f"e{n}", at_ms=T_MS + n))
    return path


def reported(path: Path, *published: Root) -> list[str]:
    with reading(path) as connection:
        return list(faults(connection, published))


def now(path: Path) -> Root:
    with reading(path) as connection:
        return roots.current(connection, T_MS)


def test_an_act_is_who_did_what_when(connection: sqlite3.Connection) -> None:
    assert audit.record(connection, "alice", Act.LOCKED, "e1", "claim 17", at_ms=T_MS) == 0
    assert audit.record(connection, audit.UNIT, Act.PURGED, "3 clips", at_ms=T_MS + 1000) == 1
    first, second = audit.rows(connection)
    assert first.entry == Entry("2026-03-01T07:45:12.500Z", "alice", "locked", "e1", "claim 17")
    assert json.loads(first.text)["actor"] == "alice"
    assert first.leaf == leaf_hash(first.text.encode())
    assert second.entry.utc > first.entry.utc
    assert [row.number for row in audit.rows(connection, 1)] == [1]
    assert audit.latest_detail(connection, Act.LOCKED) == "claim 17"
    assert audit.latest_detail(connection, Act.EXPORTED) is None


def test_text_that_is_none_is_kept_with_a_mark(connection: sqlite3.Connection) -> None:
    """A file's or user's name is bytes; half a letter of it must not keep an act out of the log."""
    audit.record(connection, "al\udc00ice", Act.LOOKED, "clips/\udcff.mp4")
    (row,) = audit.rows(connection)
    assert row.entry.actor == "al?ice"
    assert list(faults(connection)) == []


@given(st.lists(st.tuples(st.text(max_size=5), st.sampled_from(Act), st.text(max_size=9)), max_size=25))
def test_the_head_is_the_tree_of_the_entries(acts: list[tuple[str, Act, str]]) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, Path("a.db"))
        for actor, act, what in acts:
            audit.record(connection, actor, act, what)
        leaves, head = audit.leaves(connection), audit.head(connection)
        assert (head.size, head.root) == (len(acts), root_of(leaves))
        assert list(faults(connection, [Root("", len(acts), head.root)])) == []
        for index, leaf in enumerate(leaves):
            assert includes(head.root, head.size, index, leaf, inclusion_proof(leaves, index))


def test_an_act_that_is_undone_leaves_no_trace(log: Path) -> None:
    def undone() -> None:
        with writing(log) as connection:
            assert audit.record(connection, "alice", Act.LOOKED, "x") == 9
            raise sqlite3.IntegrityError

    with pytest.raises(StoreError):
        undone()
    assert now(log).size == 9
    assert reported(log) == []


def test_acts_beside_a_program_that_is_writing(log: Path) -> None:
    with Database(log) as unit:
        with writing(log) as connection:
            audit.record(connection, "bob", Act.LOCKED, "e1")
        unit.execute_write(lambda c: audit.record(c, audit.UNIT, Act.KEPT, "clips/e2.mp4"))
    assert now(log).size == 11
    assert reported(log) == []


def change(statement: str, *values: object) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute(statement, values)


def consistently(connection: sqlite3.Connection) -> None:
    """What somebody does who may write the file and knows how the log is made."""
    texts = [row.text for row in audit.rows(connection) if row.number != 3]
    connection.execute("DELETE FROM audit")
    connection.execute("DELETE FROM audit_head")
    for text in texts:
        entry = Entry(**json.loads(text))
        audit.record(connection, entry.actor, Act(entry.act), entry.what, entry.detail)


def swap(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE audit SET number = 100 WHERE number = 3")
    connection.execute("UPDATE audit SET number = 3 WHERE number = 4")
    connection.execute("UPDATE audit SET number = 4 WHERE number = 100")


TEXT = Entry("2026-03-01T07:45:12.503Z", "bob", "looked", "e3").text


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (change("UPDATE audit SET entry = ? WHERE number = 3", TEXT), "entry 3 was changed"),
        (change("UPDATE audit SET entry = 'nonsense' WHERE number = 3"), "entry 3 was changed"),
        (change("UPDATE audit SET leaf = zeroblob(32) WHERE number = 3"), "entry 3 was changed"),
        (
            change("UPDATE audit SET entry = ?, leaf = ? WHERE number = 3", TEXT, leaf_hash(TEXT.encode())),
            "entries were changed or reordered",
        ),
        (change("DELETE FROM audit WHERE number = 3"), "entry 4 stands where entry 3 should"),
        (change("DELETE FROM audit WHERE number = 0"), "entry 1 stands where entry 0 should"),
        (change("DELETE FROM audit WHERE number = 8"), "the head is of 9 entries, there are 8"),
        (change("DELETE FROM audit"), "the head is of 9 entries, there are 0"),
        (swap, "entries were changed or reordered"),
        (
            change("INSERT INTO audit VALUES (9, 'x', ?)", leaf_hash(b"x")),
            "the head is of 9 entries, there are 10",
        ),
        (change("DELETE FROM audit_head"), "has no head"),
        (change("UPDATE audit_head SET size = 8"), "is damaged"),
        (change("UPDATE audit_head SET peaks = zeroblob(64)"), "entries were changed"),
        (change("UPDATE audit_head SET peaks = zeroblob(7)"), "is damaged"),
    ],
)
def test_every_change_of_the_file_is_found(
    log: Path, tamper: Callable[[sqlite3.Connection], object], says: str
) -> None:
    root = now(log)
    with closing(sqlite3.connect(log, isolation_level=None)) as connection:
        tamper(connection)
    assert any(says in fault for fault in reported(log)), reported(log)
    # The unit goes on keeping its log, which does not mend it.
    with writing(log) as connection:
        audit.record(connection, "unit", Act.KEPT, "later")
    assert reported(log)
    assert reported(log, root)


def test_a_log_made_anew_is_found_by_a_published_root_only(log: Path) -> None:
    """A log cannot show this by itself; hence roots are published."""
    root = now(log)
    with closing(sqlite3.connect(log, isolation_level=None)) as connection:
        consistently(connection)
    assert reported(log) == []
    assert reported(log, root) == ["a root of 9 entries was published, the log has only 8: its end was removed"]
    with writing(log) as connection:
        audit.record(connection, "unit", Act.KEPT, "later")
    assert reported(log, root) == ["the first 9 entries do not match the published root on 2026-03-01"]


def test_a_log_that_only_grew_agrees_with_every_root_of_its_past(log: Path) -> None:
    published = [now(log)]
    for n in range(5):
        with writing(log) as connection:
            audit.record(connection, "unit", Act.KEPT, str(n))
        published.append(now(log))
    assert reported(log, *published) == []
    assert reported(log, Root("", 0, root_of([]))) == []


def test_roots_are_lines_of_a_file(tmp_path: Path, log: Path) -> None:
    path, root = tmp_path / "roots.txt", now(log)
    assert not published_on(path, root.day)
    publish(path, root)
    publish(path, Root("2026-03-02", 12, bytes(32)))
    assert path.read_text().splitlines()[0] == f"2026-03-01 9 {root.root.hex()}"
    assert read_roots(path) == [root, Root("2026-03-02", 12, bytes(32))]
    assert published_on(path, "2026-03-02")
    assert parse(f"9 {root.root.hex()}", "--root") == Root("", 9, root.root)


@pytest.mark.parametrize("text", ["x", "9", "9 abcd", "-1 " + "00" * 32, "nine " + "00" * 32, "a b c d"])
def test_what_is_no_root_is_said(text: str) -> None:
    with pytest.raises(UsageError, match=r"--root: .* is not a root; write size and root as"):
        parse(text, "--root")


def test_roots_that_cannot_be_read_or_written_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"absent.txt cannot be read"):
        read_roots(tmp_path / "absent.txt")
    with pytest.raises(StoreError, match="cannot be written"):
        publish(tmp_path / "absent" / "roots.txt", Root("2026-03-01", 0, bytes(32)))
