"""The configuration file of a running unit, and its entries in the audit log."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from passerby.app.actor import actor
from passerby.app.check import picture_wh
from passerby.app.probes import PROBES
from passerby.config.check import load_checked
from passerby.contracts.config import Unit
from passerby.contracts.errors import StoreError
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.results import ResultsStore

log = logging.getLogger(__name__)
# A file may have a problem on each line; the log of the unit contains all of them.
LONGEST_REASON = 500


class UnitFile:
    """unit.yaml of a unit that runs, with the log in which its changes are entered."""

    def __init__(self, path: Path, store: ResultsStore) -> None:
        self._path, self._store = path, store

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def load(self) -> Unit:
        """Return the checked configuration. Raises ConfigError with everything that is wrong."""
        return load_unit(self._path)

    @contextmanager
    def audited_run(self) -> Iterator[None]:
        """Enter start and stop, with the user and the checksum, and whether the file has changed since it was last
        read."""
        who, checksum = actor(), self._checksum()
        with self._store.reading() as connection:
            before = audit.latest_detail(connection, Act.STARTED, Act.CONFIGURED)
        if before is not None and before.partition(";")[0] != checksum:
            self._store.write(lambda c: audit.record(c, who, Act.CONFIGURED, self._path.name, checksum))
        self._store.write(lambda c: audit.record(c, who, Act.STARTED, self._path.name, checksum))
        try:
            yield
        finally:
            self._enter(Act.STOPPED)

    def applied(self, change: object) -> None:
        """Enter a reload and what it changed."""
        self._enter(Act.CONFIGURED, f"{self._checksum()}; {change}")

    def refused(self, why: Exception) -> None:
        """Enter a reload that changed nothing, and the reason."""
        reason = "; ".join(str(why).splitlines())
        self._enter(Act.REFUSED, f"{self._checksum()}; {reason}"[:LONGEST_REASON])

    def _enter(self, act: Act, detail: str = "") -> None:
        try:
            self._store.write(lambda c: audit.record(c, audit.UNIT, act, self._path.name, detail))
        except StoreError as error:
            log.error("not in the audit log: %s %s: %s", act, self._path.name, error)

    def _checksum(self) -> str:
        try:
            return f"sha256 {hashlib.sha256(self._path.read_bytes()).hexdigest()}"
        except OSError:
            return "unreadable"


def load_unit(path: Path) -> Unit:
    """Return the checked configuration. Raises ConfigError with everything that is wrong."""
    return load_checked(path, probes=replace(PROBES, picture_wh=picture_wh)).unit
