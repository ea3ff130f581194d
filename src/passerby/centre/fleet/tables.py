"""The tables of the fleet for any database of SQLAlchemy, behind the port FleetStore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from passerby.centre.fleet.agent import ConfigReport
from passerby.centre.fleet.ports import FleetUnit, Rollout, SentConfig
from passerby.contracts.errors import UsageError

METADATA = sa.MetaData()
INVITATIONS = sa.Table(
    "fleet_invitations",
    METADATA,
    sa.Column("token", sa.LargeBinary, primary_key=True),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("ends_ms", sa.BigInteger, nullable=False),
)
UNITS = sa.Table(
    "fleet_units",
    METADATA,
    sa.Column("unit", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("serial", sa.Text),
    sa.Column("seen_ms", sa.BigInteger),
    sa.Column("failing", sa.Integer, nullable=False),
)
SENT = sa.Table(
    "fleet_sent",
    METADATA,
    sa.Column("unit", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("rollout", sa.Integer, nullable=False, index=True),
    sa.Column("envelope", sa.Text, nullable=False),
    sa.Column("failing_before", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("reported_ms", sa.BigInteger),
)
ROLLOUTS = sa.Table(
    "fleet_rollouts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("stages", sa.JSON, nullable=False),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("began_ms", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)


class FleetTables:
    """See FleetStore. The tables are made if they are not there."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        METADATA.create_all(engine)

    def invite(self, token: bytes, unit: str, station: str, ends_ms: int) -> None:
        """See FleetStore."""
        with self._engine.begin() as c:
            c.execute(sa.insert(INVITATIONS).values(token=token, unit=unit, station=station, ends_ms=ends_ms))

    def invited(self, token: bytes, now_ms: int) -> str:
        """See FleetStore."""
        with self._engine.begin() as c:
            row = c.execute(_open_invitation(token, now_ms)).one_or_none()
        return str(_or_refuse(row).unit)

    def enrol(self, token: bytes, serial: str, now_ms: int) -> None:
        """See FleetStore."""
        with self._engine.begin() as c:
            row = _or_refuse(c.execute(_open_invitation(token, now_ms)).one_or_none())
            # Of two that use it at once, the second deletes nothing.
            if c.execute(sa.delete(INVITATIONS).where(INVITATIONS.c.token == token)).rowcount != 1:
                _or_refuse(None)
            values = {"station": row.station, "serial": serial}
            if not c.execute(sa.update(UNITS).where(UNITS.c.unit == row.unit).values(values)).rowcount:
                c.execute(sa.insert(UNITS).values(unit=row.unit, failing=0, **values))

    def revoke(self, unit: str) -> None:
        """See FleetStore."""
        with self._engine.begin() as c:
            if not c.execute(sa.update(UNITS).where(UNITS.c.unit == unit).values(serial=None)).rowcount:
                raise UsageError(f"no unit {unit} is enrolled; `passerby fleet units` lists them")

    def units(self) -> Sequence[FleetUnit]:
        """See FleetStore."""
        with self._engine.begin() as c:
            return [FleetUnit(*row) for row in c.execute(sa.select(UNITS).order_by(UNITS.c.unit))]

    def seen(self, unit: str, failing: int, now_ms: int) -> None:
        """See FleetStore."""
        with self._engine.begin() as c:
            c.execute(sa.update(UNITS).where(UNITS.c.unit == unit).values(seen_ms=now_ms, failing=failing))

    def send(self, sent: Sequence[SentConfig]) -> None:
        """See FleetStore."""
        with self._engine.begin() as c:
            if sent:
                c.execute(sa.insert(SENT), [asdict(one) for one in sent])

    def newest(self, unit: str) -> SentConfig | None:
        """See FleetStore."""
        asked = sa.select(SENT).where(SENT.c.unit == unit).order_by(SENT.c.version.desc()).limit(1)
        with self._engine.begin() as c:
            row = c.execute(asked).one_or_none()
        return None if row is None else SentConfig(*row)

    def sent(self, rollout: int) -> Sequence[SentConfig]:
        """See FleetStore."""
        asked = sa.select(SENT).where(SENT.c.rollout == rollout).order_by(SENT.c.version)
        with self._engine.begin() as c:
            found = {row.unit: SentConfig(*row) for row in c.execute(asked)}
        return list(found.values())

    def report(self, unit: str, report: ConfigReport, now_ms: int) -> None:
        """See FleetStore."""
        one = (SENT.c.unit == unit, SENT.c.version == report.version, SENT.c.outcome.is_(None))
        values = {"outcome": report.outcome, "detail": report.detail, "before": report.before}
        with self._engine.begin() as c:
            c.execute(sa.update(SENT).where(*one).values(reported_ms=now_ms, **values))

    def put_rollout(self, rollout: Rollout) -> None:
        """See FleetStore."""
        with self._engine.begin() as c:
            c.execute(sa.delete(ROLLOUTS).where(ROLLOUTS.c.id == rollout.id))
            c.execute(sa.insert(ROLLOUTS).values(**asdict(rollout)))

    def rollouts(self) -> Sequence[Rollout]:
        """See FleetStore."""
        with self._engine.begin() as c:
            rows = c.execute(sa.select(ROLLOUTS).order_by(ROLLOUTS.c.id.desc())).mappings()
            return [_rollout(row) for row in rows]


def _open_invitation(token: bytes, now_ms: int) -> sa.Select[Any]:
    return sa.select(INVITATIONS).where(INVITATIONS.c.token == token, INVITATIONS.c.ends_ms > now_ms)


def _or_refuse(row: Any) -> Any:
    if row is None:
        raise UsageError("the token is unknown, used or expired: make another with `passerby fleet invite`")
    return row


def _rollout(row: Mapping[Any, Any]) -> Rollout:
    return Rollout(**{**row, "stages": tuple(tuple(stage) for stage in row["stages"])})
