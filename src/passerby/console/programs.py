"""Programs that use the console with a token in place of a login."""

from __future__ import annotations

from fastapi import HTTPException

from passerby.console.access import of_scopes
from passerby.console.passwords import digest
from passerby.console.ports import ConsoleStore
from passerby.console.users import ConsoleUser
from passerby.store import tokens
from passerby.store.accounts import LoginSession, StaffAccount
from passerby.store.utc import now_ms

ROLE = "token"
NOTED_EVERY_MS = 60_000


def program(store: ConsoleStore, secret: str) -> ConsoleUser:
    """Return the program with this token. Raises HTTPException 401 for an unknown one."""
    key = digest(secret)
    with store.reading() as connection:
        found = tokens.by_digest(connection, key)
    if found is None:
        raise HTTPException(401, "the token is unknown", {"WWW-Authenticate": "Bearer"})
    now = now_ms()
    if found.used_ms is None or now - found.used_ms > NOTED_EVERY_MS:
        store.write(lambda c: tokens.use(c, found.name))
    account = StaffAccount(found.name, ROLE, "", found.made_ms, found.made_ms)
    return ConsoleUser(LoginSession(account, key.hex(), found.made_ms, now), of_scopes(found.scopes))
