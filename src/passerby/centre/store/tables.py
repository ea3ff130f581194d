"""The tables, for SQLAlchemy Core. `steps` makes them; a test holds the two together.

Times are milliseconds since 1970 UTC, as in the database of a unit.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()


def _unit_id() -> Column[int]:
    return Column("unit_id", ForeignKey("unit.id"), primary_key=True)


ORGANISATION = Table(
    "organisation",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)
LINE = Table(
    "line",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("organisation_id", "name"),
)
# line_id: NULL for a station of no line. Accounts are scoped by the name, so it is unique.
STATION = Table(
    "station",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("line_id", ForeignKey("line.id")),
    Column("name", Text, nullable=False, unique=True),
)
# token_sha256: of the bearer token; NULL: the unit may not report.
UNIT = Table(
    "unit",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("station_id", ForeignKey("station.id"), nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("token_sha256", Text, unique=True),
    Column("version", Text, nullable=False, server_default=""),
    Column("last_seen_ms", BigInteger),
    Column("clock_skew_s", Double),
    Column("disk_free", Double),
)
CAMERA = Table(
    "camera",
    METADATA,
    _unit_id(),
    Column("name", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("fps", Double, nullable=False),
    Column("faults", Text, nullable=False),
)
EVENT_ARRIVAL = Sequence("event_arrival", metadata=METADATA)
# Partitioned by month of at_ms. row: the order of arrival, which is the order of each camera. body: the event.
EVENT = Table(
    "event",
    METADATA,
    _unit_id(),
    Column("id", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    Column("row", BigInteger, EVENT_ARRIVAL, server_default=EVENT_ARRIVAL.next_value(), nullable=False),
    Column("camera", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("body", JSONB, nullable=False),
    Index("event_row", "row"),
    Index("event_at", "at_ms"),
    postgresql_partition_by="RANGE (at_ms)",
)
ALARM_CHANGED = Sequence("alarm_changed", metadata=METADATA)
# One row for each incident of severity warning or higher. priority: the highest rank of severity.
# changed: grows with each change of any alarm.
ALARM = Table(
    "alarm",
    METADATA,
    _unit_id(),
    Column("id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("camera", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("began_ms", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("people", Integer, nullable=False),
    Column("changed", BigInteger, ALARM_CHANGED, server_default=ALARM_CHANGED.next_value(), nullable=False),
    Index("alarm_began", "began_ms"),
    Index("alarm_change", "changed"),
)
# People over one line in one direction in a quarter of an hour.
COUNT = Table(
    "count",
    METADATA,
    _unit_id(),
    Column("at_ms", BigInteger, primary_key=True),
    Column("camera", Text, primary_key=True),
    Column("line", Text, primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("window_s", Double, nullable=False),
    Column("people", Integer, nullable=False),
    Column("low", Double),
    Column("high", Double),
    Column("coverage", Double, nullable=False),
    Index("count_at", "at_ms"),
)
HEALTH = Table(
    "health",
    METADATA,
    _unit_id(),
    Column("at_ms", BigInteger, primary_key=True),
    Column("camera", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("fps", Double, nullable=False),
    Column("dropped", Integer, nullable=False),
    Column("decode_errors", Integer, nullable=False),
    Column("faults", Text, nullable=False),
    Index("health_at", "at_ms"),
)
# The fleet. token: digest of a token that enrols a unit once.
INVITATION = Table(
    "fleet_invitation",
    METADATA,
    Column("token", LargeBinary, primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("ends_ms", BigInteger, nullable=False),
)
# A unit that has joined. serial: of its one valid certificate; NULL: it was revoked.
MEMBER = Table(
    "fleet_member",
    METADATA,
    _unit_id(),
    Column("serial", Text),
    Column("seen_ms", BigInteger),
    Column("failing", Integer, nullable=False, server_default="0"),
)
# A signed configuration, and what its unit reported about it.
SENT = Table(
    "fleet_sent",
    METADATA,
    _unit_id(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("rollout", Integer, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("failing_before", Integer, nullable=False),
    Column("outcome", Text),
    Column("detail", Text, nullable=False),
    Column("before", JSON, nullable=False),
    Column("reported_ms", BigInteger),
    Index("fleet_sent_rollout", "rollout"),
)
ROLLOUT = Table(
    "fleet_rollout",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("settings", JSON, nullable=False),
    Column("stages", JSON, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("began_ms", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
