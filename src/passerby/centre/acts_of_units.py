"""Acts of the stations on their alarms: beside those of the control room, and in its audit log."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from sqlalchemy import Engine, select

from passerby.centre.store.engine import store_errors
from passerby.centre.store.tables import ALARM, UNIT
from passerby.console.ports import ConsoleStore
from passerby.contracts.reports import StationAct
from passerby.store import handling
from passerby.store.accounts import CONSOLE_SUFFIX
from passerby.store.tokens import PROGRAM_SUFFIX

_MARK = " (unit "


def is_of_unit(actor: str) -> bool:
    """Return whether an act was done at a station, and not by an account or program of the control room."""
    return _MARK in actor and not actor.endswith((CONSOLE_SUFFIX, PROGRAM_SUFFIX))


class ActsOfUnits:
    """Keeps the acts that units report. store: of the acts. engine: of the units and their alarms."""

    def __init__(self, store: ConsoleStore, engine: Engine) -> None:
        self._store, self._engine = store, engine

    def keep(self, token_sha256: str, acts: Sequence[StationAct]) -> int:
        """Keep the acts of the unit with this token, each once; return how many are new.

        The alarm itself may come later, or not at all. An act on an alarm of another unit is passed over.
        Raises StoreError, and then none is kept.
        """
        named = {name for one in acts for name in one.incidents}
        unit, strange = self._unit(token_sha256), self._of_others(token_sha256, named)
        return self._store.write(lambda connection: _keep(connection, unit, acts, strange))

    def _unit(self, token_sha256: str) -> str:
        with store_errors(), self._engine.connect() as connection:
            asked = select(UNIT.c.name).where(UNIT.c.token_sha256 == token_sha256)
            return str(connection.execute(asked).scalar_one())

    def _of_others(self, token_sha256: str, alarms: set[str]) -> set[str]:
        asked = select(ALARM.c.id).select_from(ALARM.join(UNIT)).where(ALARM.c.id.in_(alarms))
        others = asked.where(UNIT.c.token_sha256.is_distinct_from(token_sha256))
        with store_errors(), self._engine.connect() as connection:
            return set(connection.execute(others).scalars())


def _keep(connection: sqlite3.Connection, unit: str, acts: Sequence[StationAct], strange: set[str]) -> int:
    kept = 0
    for one in acts:
        who = f"{one.who}{_MARK}{unit})"
        for incident in one.incidents:
            if incident in strange or handling.is_known(connection, incident, one.act, who, one.at_ms):
                continue
            handling.add_known(
                connection, incident, one.act, who, one.note, at_ms=one.at_ms, until_ms=one.until_ms
            )
            kept += 1
    return kept
