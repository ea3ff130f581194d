"""The acts of the control room on alarms, for the units that raised them."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from sqlalchemy import Engine, select

from passerby.centre.acts_of_units import is_of_unit
from passerby.centre.store.engine import store_errors
from passerby.centre.store.tables import ALARM, UNIT
from passerby.console.ports import ConsoleStore
from passerby.contracts.reports import OLDEST_ACT_MS, ReportAnswer, SentAct, UnitAct
from passerby.store import handling
from passerby.store.handling import AlarmAct

# Of one answer.
AT_ONCE = 100


class ActsForUnits:
    """Chooses what goes back with the answer to a report.

    store: of the acts. engine: of the units and their alarms. A report names the last act that the unit has.
    """

    def __init__(self, store: ConsoleStore, engine: Engine, now_ms: Callable[[], int]) -> None:
        self._store, self._engine, self._now_ms = store, engine, now_ms

    def after(self, token_sha256: str, taken: int) -> ReportAnswer:
        """Return the next acts on the alarms of the unit with this token, after number `taken`.

        A unit that has just started says 0 and gets those of the last week again. Raises StoreError.
        """
        with self._store.reading() as connection:
            newest = handling.newest_row(connection)
            if taken == newest:
                return ReportAnswer(acts_to=taken)
            # A higher number than ours is of a store that was replaced by an older copy.
            known = taken if taken < newest else 0
            found = handling.after(connection, known, AT_ONCE, since_ms=self._now_ms() - OLDEST_ACT_MS)
        mine = self._alarms_of(token_sha256, {one.alarm for one in found})
        chosen = tuple(_sent(one) for one in found if one.alarm in mine and _is_sent(one))
        return ReportAnswer(acts=chosen, acts_to=found[-1].row if len(found) == AT_ONCE else newest)

    def _alarms_of(self, token_sha256: str, alarms: set[str]) -> set[str]:
        if not alarms:
            return set()
        asked = select(ALARM.c.id).select_from(ALARM.join(UNIT)).where(UNIT.c.token_sha256 == token_sha256)
        with store_errors(), self._engine.connect() as connection:
            return set(connection.execute(asked.where(ALARM.c.id.in_(alarms))).scalars())


def _is_sent(one: AlarmAct) -> bool:
    """Return whether an act is one of the control room that units take; theirs do not go back to them."""
    return one.act in get_args(SentAct) and not is_of_unit(one.actor)


def _sent(one: AlarmAct) -> UnitAct:
    return UnitAct(one.alarm, one.act, one.who, one.at_ms, one.note)  # type: ignore[arg-type]
