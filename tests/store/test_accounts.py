from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.store import accounts, audit
from passerby.store.accounts import MOST_ACCOUNTS, MOST_SESSIONS_EACH, ROLES
from passerby.store.migrations import migrate


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("a.db"))
        yield made


def test_an_account_and_its_changes_are_in_the_log(connection: sqlite3.Connection) -> None:
    assert not accounts.has_accounts(connection)
    accounts.add(connection, "boss", "admin", "hash 1", "root")
    accounts.add(connection, "anna", "operator", "hash 2", "root")
    accounts.set_role(connection, "anna", "engineer", "root")
    accounts.set_password(connection, "anna", "hash 3", "root")
    found = accounts.account(connection, "anna")
    assert found is not None
    assert (found.role, found.password) == ("engineer", "hash 3")
    assert "hash" not in repr(found)
    accounts.remove(connection, "anna", "root")
    assert [a.name for a in accounts.accounts(connection)] == ["boss"]
    log = [(row.entry.act, row.entry.what, row.entry.detail) for row in audit.rows(connection)]
    assert log[2:] == [
        ("account changed", "anna", "role engineer, before operator"),
        ("account changed", "anna", "password"),
        ("account removed", "anna", ""),
    ]


def test_what_is_refused(connection: sqlite3.Connection) -> None:
    accounts.add(connection, "boss", "admin", "hash", "root")
    with pytest.raises(UsageError, match="an account boss already"):
        accounts.add(connection, "boss", "viewer", "hash", "root")
    with pytest.raises(UsageError, match=r"king is not a role; give one of viewer"):
        accounts.add(connection, "anna", "king", "hash", "root")
    for change in (
        lambda: accounts.remove(connection, "boss", "root"),
        lambda: accounts.set_role(connection, "boss", "viewer", "root"),
    ):
        with pytest.raises(UsageError, match="boss is the only administrator"):
            change()
    with pytest.raises(UsageError, match="no account eve"):
        accounts.set_password(connection, "eve", "hash", "root")
    for number in range(MOST_ACCOUNTS - 1):
        accounts.add(connection, f"a{number}", "viewer", "hash", "root")
    with pytest.raises(UsageError, match=f"{MOST_ACCOUNTS} accounts already"):
        accounts.add(connection, "one more", "viewer", "hash", "root")


@pytest.mark.parametrize("change", ["role", "password", "remove"])
def test_a_change_of_an_account_ends_its_sessions_only(connection: sqlite3.Connection, change: str) -> None:
    for name in ("boss", "anna"):
        accounts.add(connection, name, "admin", "hash", "root")
        accounts.begin_session(connection, name.encode().ljust(32), name, "csrf")
    if change == "role":
        accounts.set_role(connection, "anna", "viewer", "root")
    elif change == "password":
        accounts.set_password(connection, "anna", "hash 2", "root")
    else:
        accounts.remove(connection, "anna", "root")
    assert accounts.session(connection, b"anna".ljust(32)) is None
    assert accounts.session(connection, b"boss".ljust(32)) is not None


def test_the_sessions_of_an_account_are_bounded(connection: sqlite3.Connection) -> None:
    accounts.add(connection, "anna", "admin", "hash", "root")
    for number in range(MOST_SESSIONS_EACH + 3):
        accounts.begin_session(connection, bytes([number] * 32), "anna", "csrf")
    kept = [n for n in range(20) if accounts.session(connection, bytes([n] * 32))]
    assert kept == list(range(3, MOST_SESSIONS_EACH + 3))


def test_roles_of_the_table_and_of_the_code_agree(connection: sqlite3.Connection) -> None:
    for role in ROLES:
        accounts.add(connection, role, role, "hash", "root")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO account VALUES ('x', 'king', 'h', 0, 0)")
