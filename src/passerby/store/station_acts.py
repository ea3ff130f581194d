"""Acts of the station on its alarms, as a control room gets them: with the incidents of each alarm."""

from __future__ import annotations

import sqlite3

from passerby.contracts.reports import MOST_INCIDENTS, StationAct, StationActs
from passerby.store import handling
from passerby.store.control_room_acts import SUFFIX
from passerby.store.handling import AlarmAct

# Of one message; all its acts together name at most MOST_INCIDENTS.
AT_ONCE = 100
# The control room has an alarm for each incident; here those of one source may be one alarm (see AlarmDesk).
_INCIDENTS_OF = """
SELECT event.id FROM alarm JOIN event ON event.seq = 0 AND (event.id = alarm.id OR (
    event.kind = alarm.kind AND event.camera = alarm.camera AND event.place = alarm.place
    AND event.utc_ms BETWEEN alarm.utc_ms AND :at_ms AND NOT EXISTS (
        SELECT 1 FROM alarm AS later WHERE later.seq = 0 AND later.kind = alarm.kind
            AND later.camera = alarm.camera AND later.place = alarm.place
            AND later.utc_ms > alarm.utc_ms AND later.utc_ms <= event.utc_ms)))
WHERE alarm.id = :alarm AND alarm.seq = 0 ORDER BY event.row DESC LIMIT :most
"""


def acts_after(connection: sqlite3.Connection, row: int, *, since_ms: int) -> StationActs:
    """Return the next acts of the station that were stored after `row` and done since `since_ms`.

    Acts of the control room are passed over: it has them. A higher `row` than the newest one is of a database that
    was replaced by an older copy.
    """
    newest = handling.newest_row(connection)
    found = handling.after(connection, row if row <= newest else 0, AT_ONCE, since_ms=since_ms)
    acts, named = list[StationAct](), 0
    for one in found:
        if one.actor.endswith(SUFFIX):
            continue
        act = _station_act(connection, one)
        named += len(act.incidents)
        if acts and named > MOST_INCIDENTS:
            return StationActs(tuple(acts), one.row - 1)
        acts.append(act)
    return StationActs(tuple(acts), found[-1].row if len(found) == AT_ONCE else newest)


def _station_act(connection: sqlite3.Connection, one: AlarmAct) -> StationAct:
    known = {"alarm": one.alarm, "at_ms": one.at_ms, "most": MOST_INCIDENTS}
    incidents = tuple(name for (name,) in connection.execute(_INCIDENTS_OF, known))
    return StationAct(incidents, one.act, one.who, one.at_ms, one.note, one.until_ms)  # type: ignore[arg-type]
