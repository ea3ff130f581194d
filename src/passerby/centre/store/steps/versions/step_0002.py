"""The tables of the fleet: invitations, members, signed configurations and rollouts."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

SCHEMA = """
CREATE TABLE fleet_invitation (
    token BYTEA PRIMARY KEY, unit_id INTEGER NOT NULL REFERENCES unit, ends_ms BIGINT NOT NULL);
CREATE TABLE fleet_member (
    unit_id INTEGER PRIMARY KEY REFERENCES unit, serial TEXT, seen_ms BIGINT, failing INTEGER NOT NULL DEFAULT 0);
CREATE TABLE fleet_sent (
    unit_id INTEGER NOT NULL REFERENCES unit, version INTEGER NOT NULL, rollout INTEGER NOT NULL,
    envelope TEXT NOT NULL, failing_before INTEGER NOT NULL, outcome TEXT, detail TEXT NOT NULL,
    before JSON NOT NULL, reported_ms BIGINT, PRIMARY KEY (unit_id, version));
CREATE INDEX fleet_sent_rollout ON fleet_sent (rollout);
CREATE TABLE fleet_rollout (
    id INTEGER PRIMARY KEY, settings JSON NOT NULL, stages JSON NOT NULL, stage INTEGER NOT NULL,
    began_ms BIGINT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL);
"""


def upgrade() -> None:
    """Make the tables."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Nothing: units trust what they joined."""
