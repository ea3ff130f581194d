"""The tables of the console's accounts and login sessions. Every change of an account is in the audit log."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from passerby.contracts.errors import UsageError
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.utc import now_ms

MOST_ACCOUNTS = 200
CONSOLE_SUFFIX = " (console)"
MOST_SESSIONS_EACH = 10
ROLES = ("viewer", "operator", "engineer", "privacy_officer", "admin")
_SELECT = "SELECT name, role, password, made_ms, changed_ms FROM account"


@dataclass(frozen=True, slots=True, repr=False)
class StaffAccount:
    """A person who may log in. password: its argon2 hash. made_ms, changed_ms: UTC."""

    name: str
    role: str
    password: str
    made_ms: int
    changed_ms: int

    def __repr__(self) -> str:
        return f"StaffAccount({self.name!r}, {self.role})"


@dataclass(frozen=True, slots=True)
class LoginSession:
    """A logged-in browser. csrf: the token that its forms carry. made_ms, used_ms: begin and last use, UTC."""

    account: StaffAccount
    csrf: str
    made_ms: int
    used_ms: int


def accounts(connection: sqlite3.Connection) -> list[StaffAccount]:
    """Return all accounts by name."""
    return [StaffAccount(*row) for row in connection.execute(f"{_SELECT} ORDER BY name")]


def account(connection: sqlite3.Connection, name: str) -> StaffAccount | None:
    """Return the account of that name."""
    row = connection.execute(f"{_SELECT} WHERE name = ?", (name,)).fetchone()
    return None if row is None else StaffAccount(*row)


def has_accounts(connection: sqlite3.Connection) -> bool:
    """Return whether anybody may log in."""
    return connection.execute("SELECT 1 FROM account LIMIT 1").fetchone() is not None


def add(connection: sqlite3.Connection, name: str, role: str, password: str, actor: str) -> StaffAccount:
    """Add an account; `password` is its hash. Raises UsageError for a name in use or an unknown role."""
    _check_role(role)
    if account(connection, name) is not None:
        raise UsageError(f"there is an account {name} already; give another name")
    if len(accounts(connection)) >= MOST_ACCOUNTS:
        raise UsageError(f"there are {MOST_ACCOUNTS} accounts already; remove one first")
    now = now_ms()
    made = StaffAccount(name, role, password, now, now)
    connection.execute(
        "INSERT INTO account (name, role, password, made_ms, changed_ms) VALUES (?, ?, ?, ?, ?)",
        (name, role, password, now, now),
    )
    audit.record(connection, actor, Act.ACCOUNT_ADDED, name, f"role {role}")
    return made


def set_role(connection: sqlite3.Connection, name: str, role: str, actor: str) -> None:
    """Give an account another role. Raises UsageError if it is unknown or the last administrator."""
    _check_role(role)
    known = _known(connection, name)
    if role != "admin":
        _keep_an_admin(connection, known)
    connection.execute("UPDATE account SET role = ?, changed_ms = ? WHERE name = ?", (role, now_ms(), name))
    end_sessions(connection, name)
    audit.record(connection, actor, Act.ACCOUNT_CHANGED, name, f"role {role}, before {known.role}")


def set_password(connection: sqlite3.Connection, name: str, password: str, actor: str) -> None:
    """Store another hash, and end all sessions of the account. Raises UsageError if it is unknown."""
    _known(connection, name)
    connection.execute(
        "UPDATE account SET password = ?, changed_ms = ? WHERE name = ?", (password, now_ms(), name)
    )
    end_sessions(connection, name)
    audit.record(connection, actor, Act.ACCOUNT_CHANGED, name, "password")


def remove(connection: sqlite3.Connection, name: str, actor: str) -> None:
    """Remove an account and its sessions. Raises UsageError if it is unknown or the last administrator."""
    _keep_an_admin(connection, _known(connection, name))
    end_sessions(connection, name)
    connection.execute("DELETE FROM account WHERE name = ?", (name,))
    audit.record(connection, actor, Act.ACCOUNT_REMOVED, name)


def begin_session(connection: sqlite3.Connection, digest: bytes, name: str, csrf: str) -> None:
    """Store a login; the oldest session of an account ends if it has too many."""
    now = now_ms()
    connection.execute(
        "INSERT INTO login_session (digest, name, csrf, made_ms, used_ms) VALUES (?, ?, ?, ?, ?)",
        (digest, name, csrf, now, now),
    )
    connection.execute(
        "DELETE FROM login_session WHERE name = :name AND digest NOT IN"
        " (SELECT digest FROM login_session WHERE name = :name ORDER BY used_ms DESC, rowid DESC LIMIT :most)",
        {"name": name, "most": MOST_SESSIONS_EACH},
    )
    audit.record(connection, by_console(name), Act.LOGGED_IN, "console")


def session(connection: sqlite3.Connection, digest: bytes) -> LoginSession | None:
    """Return the session with this digest of its token, whatever its age."""
    row = connection.execute(
        "SELECT a.name, a.role, a.password, a.made_ms, a.changed_ms, s.csrf, s.made_ms, s.used_ms"
        " FROM login_session AS s JOIN account AS a ON a.name = s.name WHERE s.digest = ?",
        (digest,),
    ).fetchone()
    return None if row is None else LoginSession(StaffAccount(*row[:5]), *row[5:])


def use_session(connection: sqlite3.Connection, digest: bytes) -> None:
    """Note that a session is in use."""
    connection.execute("UPDATE login_session SET used_ms = ? WHERE digest = ?", (now_ms(), digest))


def end_session(connection: sqlite3.Connection, digest: bytes) -> None:
    """End one session."""
    connection.execute("DELETE FROM login_session WHERE digest = ?", (digest,))


def end_sessions(connection: sqlite3.Connection, name: str) -> None:
    """End all sessions of an account."""
    connection.execute("DELETE FROM login_session WHERE name = ?", (name,))


def by_console(name: str) -> str:
    """Return the actor of an account in the audit log."""
    return f"{name}{CONSOLE_SUFFIX}"


def _known(connection: sqlite3.Connection, name: str) -> StaffAccount:
    found = account(connection, name)
    if found is None:
        raise UsageError(f"there is no account {name}; `passerby users list` shows the accounts")
    return found


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise UsageError(f"{role} is not a role; give one of {', '.join(ROLES)}")


def _keep_an_admin(connection: sqlite3.Connection, changed: StaffAccount) -> None:
    if [a.name for a in accounts(connection) if a.role == "admin"] == [changed.name]:
        raise UsageError(f"{changed.name} is the only administrator; add another one first")
