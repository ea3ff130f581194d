"""Escalates an alarm: queues a message to a configured recipient, and shows whether it was delivered."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from fastapi import HTTPException

from passerby.console import alarm_list
from passerby.console.alarm_list import ListedAlarm
from passerby.console.ports import ConsolePorts
from passerby.contracts.config import Unit
from passerby.contracts.errors import UsageError
from passerby.contracts.escalation import EscalationMessage
from passerby.store import escalations, handling
from passerby.store.handling import AlarmAct
from passerby.store.utc import utc_text
from passerby.translation.current import gettext as _


def recipients(unit: Unit) -> list[str]:
    """Return the names of the people and programs that can be informed."""
    return [one.name for one in unit.escalation.recipients]


def escalate(ports: ConsolePorts, alarm: str, recipient: str, note: str, actor: str) -> None:
    """Store the act and queue its message in one transaction.

    Raises HTTPException 404 for an unknown alarm, UsageError for an unknown recipient.
    """
    unit = ports.status.unit()
    known = recipients(unit)
    if recipient not in known:
        raise UsageError(
            _("there is no such recipient; there are: %(names)s", names=", ".join(known) or _("none"))
        )

    def store(connection: sqlite3.Connection) -> None:
        found = alarm_list.one(connection, alarm, ())
        if found is None:
            raise HTTPException(404, _("there is no such alarm"))
        act = handling.add(connection, alarm, "escalated", actor, f"{recipient}: {note}" if note else recipient)
        escalations.add(connection, recipient, _message(unit, found, act, note), act.at_ms)

    ports.store.write(store)


def delivered(connection: sqlite3.Connection, alarm: str) -> Iterator[tuple[str, str]]:
    """Yield the time (RFC 3339) and the words of what became of each message about an alarm."""
    for one in escalations.of_alarm(connection, alarm):
        values = {"recipient": one.recipient, "why": one.error}
        if one.sent_ms is not None:
            yield utc_text(one.sent_ms), _("Message to %(recipient)s delivered", **values)
        elif one.given_up_ms is not None:
            yield utc_text(one.given_up_ms), _("Message to %(recipient)s given up: %(why)s", **values)
        elif one.error:
            yield utc_text(one.made_ms), _("Message to %(recipient)s is tried again: %(why)s", **values)


def _message(unit: Unit, found: ListedAlarm, act: AlarmAct, note: str) -> EscalationMessage:
    address = unit.escalation.console_url
    return EscalationMessage(
        id=f"{found.alarm.id}-{act.row}",
        station=unit.station,
        alarm=found.alarm.id,
        title=found.title,
        reason=found.reason,
        camera=found.alarm.camera,
        place=found.alarm.place,
        priority=_(found.alarm.priority),
        began=found.began or "",
        by=act.who,
        note=note,
        link=f"{address.rstrip('/')}/alarms/{found.alarm.id}" if address else "",
    )
