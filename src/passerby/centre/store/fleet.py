"""The tables of the fleet, behind the port FleetStore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Engine, ScalarSelect, Select, and_, delete, func, insert, select, update

from passerby.centre.fleet.agent import ConfigReport
from passerby.centre.fleet.ports import FleetUnit, Rollout, SentConfig
from passerby.centre.store.engine import store_errors
from passerby.centre.store.tables import INVITATION, MEMBER, ROLLOUT, SENT, STATION, UNIT
from passerby.centre.store.units import revoke
from passerby.contracts.errors import UsageError

_SENT_OF = select(UNIT.c.name.label("unit"), *(c for c in SENT.c if c is not SENT.c.unit_id)).select_from(
    SENT.join(UNIT)
)
_LATER = SENT.alias("later")
_HIGHEST = select(func.max(_LATER.c.version)).where(_LATER.c.unit_id == MEMBER.c.unit_id)
_IS_NEWEST = SENT.c.version == _HIGHEST.scalar_subquery()


class FleetTables:
    """See FleetStore. Each call raises StoreError if the database is unavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def invite(self, token: bytes, unit: str, ends_ms: int) -> None:
        """See FleetStore."""
        with store_errors(), self._engine.begin() as c:
            id_ = c.execute(select(UNIT.c.id).where(UNIT.c.name == unit)).scalar_one_or_none()
            if id_ is None:
                raise UsageError(f"there is no unit {unit}; add it with `passerby centre enrol-unit`")
            c.execute(insert(INVITATION).values(token=token, unit_id=id_, ends_ms=ends_ms))

    def invited(self, token: bytes, now_ms: int) -> str:
        """See FleetStore."""
        with store_errors(), self._engine.begin() as c:
            row = c.execute(_open_invitation(token, now_ms)).one_or_none()
        return str(_or_refuse(row).name)

    def enrol(self, token: bytes, serial: str, now_ms: int) -> None:
        """See FleetStore."""
        with store_errors(), self._engine.begin() as c:
            row = _or_refuse(c.execute(_open_invitation(token, now_ms)).one_or_none())
            # Of two that use it at once, the second deletes nothing.
            if c.execute(delete(INVITATION).where(INVITATION.c.token == token)).rowcount != 1:
                _or_refuse(None)
            known = update(MEMBER).where(MEMBER.c.unit_id == row.unit_id).values(serial=serial)
            if not c.execute(known).rowcount:
                c.execute(insert(MEMBER).values(unit_id=row.unit_id, serial=serial))

    def revoke(self, unit: str) -> None:
        """See FleetStore."""
        with store_errors(), self._engine.begin() as c:
            if not revoke(c, unit):
                raise UsageError(f"there is no unit {unit}")
            c.execute(update(MEMBER).where(MEMBER.c.unit_id == _id(unit)).values(serial=None))
            c.execute(delete(INVITATION).where(INVITATION.c.unit_id == _id(unit)))

    def units(self) -> Sequence[FleetUnit]:
        """See FleetStore."""
        placed = MEMBER.join(UNIT).join(STATION).outerjoin(SENT, and_(SENT.c.unit_id == UNIT.c.id, _IS_NEWEST))
        member = (MEMBER.c.serial, MEMBER.c.seen_ms, MEMBER.c.failing, SENT.c.version, SENT.c.outcome)
        chosen = select(UNIT.c.name, STATION.c.name, *member).select_from(placed).order_by(UNIT.c.name)
        with store_errors(), self._engine.begin() as c:
            return [FleetUnit(*row) for row in c.execute(chosen)]

    def seen(self, unit: str, failing: int, now_ms: int) -> None:
        """See FleetStore."""
        with store_errors(), self._engine.begin() as c:
            asked = update(MEMBER).where(MEMBER.c.unit_id == _id(unit))
            c.execute(asked.values(seen_ms=now_ms, failing=failing))

    def send(self, sent: Sequence[SentConfig]) -> None:
        """See FleetStore."""
        with store_errors(), self._engine.begin() as c:
            _send(c, sent)

    def newest(self, unit: str) -> SentConfig | None:
        """See FleetStore."""
        asked = _SENT_OF.where(UNIT.c.name == unit).order_by(SENT.c.version.desc()).limit(1)
        with store_errors(), self._engine.begin() as c:
            row = c.execute(asked).one_or_none()
        return None if row is None else SentConfig(*row)

    def sent(self, rollout: int) -> Sequence[SentConfig]:
        """See FleetStore."""
        asked = _SENT_OF.where(SENT.c.rollout == rollout).order_by(SENT.c.version)
        with store_errors(), self._engine.begin() as c:
            found = {row.unit: SentConfig(*row) for row in c.execute(asked)}
        return list(found.values())

    def report(self, unit: str, report: ConfigReport, now_ms: int) -> bool:
        """See FleetStore."""
        one = (SENT.c.unit_id == _id(unit), SENT.c.version == report.version, SENT.c.outcome.is_(None))
        values = {"outcome": report.outcome, "detail": report.detail, "before": report.before}
        with store_errors(), self._engine.begin() as c:
            return c.execute(update(SENT).where(*one).values(reported_ms=now_ms, **values)).rowcount == 1

    def begin_rollout(self, rollout: Rollout, sent: Sequence[SentConfig]) -> None:
        """See FleetStore."""
        with store_errors(), self._engine.begin() as c:
            c.execute(insert(ROLLOUT).values(**asdict(rollout)))
            _send(c, sent)

    def move_rollout(self, before: Rollout, after: Rollout, sent: Sequence[SentConfig] = ()) -> bool:
        """See FleetStore."""
        is_as_before = (
            ROLLOUT.c.id == before.id,
            ROLLOUT.c.state == before.state,
            ROLLOUT.c.stage == before.stage,
        )
        with store_errors(), self._engine.begin() as c:
            # Of two at the same time, the second waits here for the first, and then finds another state.
            if c.execute(update(ROLLOUT).where(*is_as_before).values(**asdict(after))).rowcount != 1:
                return False
            _send(c, sent)
            return True

    def rollouts(self) -> Sequence[Rollout]:
        """See FleetStore."""
        with store_errors(), self._engine.begin() as c:
            rows = c.execute(select(ROLLOUT).order_by(ROLLOUT.c.id.desc())).mappings()
            return [_rollout(row) for row in rows]


def _send(connection: Connection, sent: Sequence[SentConfig]) -> None:
    ids = {row.name: row.id for row in connection.execute(select(UNIT.c.name, UNIT.c.id))} if sent else {}
    rows = [asdict(one) for one in sent]
    if rows:
        connection.execute(insert(SENT), [{"unit_id": ids[row.pop("unit")], **row} for row in rows])


def _id(unit: str) -> ScalarSelect[Any]:
    return select(UNIT.c.id).where(UNIT.c.name == unit).scalar_subquery()


def _open_invitation(token: bytes, now_ms: int) -> Select[Any]:
    chosen = select(INVITATION.c.unit_id, UNIT.c.name).select_from(INVITATION.join(UNIT))
    return chosen.where(INVITATION.c.token == token, INVITATION.c.ends_ms > now_ms)


def _or_refuse(row: Any) -> Any:
    if row is None:
        raise UsageError("the token is unknown, used or expired: make another with `passerby fleet invite`")
    return row


def _rollout(row: Mapping[Any, Any]) -> Rollout:
    return Rollout(**{**row, "stages": tuple(tuple(stage) for stage in row["stages"])})
