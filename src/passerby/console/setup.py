"""The token that lets one person make the first account, printed when the console starts without accounts."""

from __future__ import annotations

import hmac
import sqlite3

from passerby.console.passwords import digest, new_token
from passerby.console.ports import ConsoleStore
from passerby.contracts.errors import UsageError
from passerby.store import accounts
from passerby.store.accounts import StaffAccount


class FirstRun:
    """The set-up of the console. token: None if there are accounts; kept in memory only."""

    def __init__(self, store: ConsoleStore) -> None:
        self._store = store
        with store.reading() as connection:
            self.token = None if accounts.has_accounts(connection) else new_token()

    def is_open(self) -> bool:
        """Return whether the first account can still be made."""
        if self.token is None:
            return False
        with self._store.reading() as connection:
            return not accounts.has_accounts(connection)

    def is_token(self, given: str) -> bool:
        """Return whether it is the printed token."""
        return self.token is not None and hmac.compare_digest(digest(given), digest(self.token))

    def first_account(self, name: str, password: str) -> StaffAccount:
        """Make the administrator; `password` is a hash. Raises UsageError if there is an account meanwhile."""
        made = self._store.write(lambda c: _first(c, name, password))
        self.token = None
        return made


def _first(connection: sqlite3.Connection, name: str, password: str) -> StaffAccount:
    if accounts.has_accounts(connection):
        raise UsageError("the console has accounts already; ask an administrator for yours")
    return accounts.add(connection, name, "admin", password, accounts.by_console(name))
