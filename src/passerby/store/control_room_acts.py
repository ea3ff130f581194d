"""Acts of a control room on alarms of this unit: beside those of the station, and in its audit log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from passerby.contracts.reports import UnitAct
from passerby.store import handling

SUFFIX = " (control room)"
# The control room has an alarm for each incident; here several incidents of one place may be one alarm.
_ALARM_OF = """
SELECT alarm.id FROM alarm LEFT JOIN event ON event.id = :incident AND event.seq = 0
WHERE alarm.seq = 0 AND (alarm.id = :incident OR (alarm.kind = event.kind AND alarm.camera = event.camera
    AND alarm.place = event.place AND alarm.utc_ms <= event.utc_ms))
ORDER BY alarm.id = :incident DESC, alarm.row DESC LIMIT 1
"""


def keep_acts(connection: sqlite3.Connection, acts: Iterable[UnitAct]) -> int:
    """Keep new acts in the caller's transaction; return how many. Unknown alarms are passed over."""
    kept = 0
    for one in acts:
        found = connection.execute(_ALARM_OF, {"incident": one.alarm}).fetchone()
        who = one.who + SUFFIX
        if found is None or handling.is_known(connection, found[0], one.act, who, one.at_ms):
            continue
        handling.add_known(connection, found[0], one.act, who, one.note, at_ms=one.at_ms)
        kept += 1
    return kept
