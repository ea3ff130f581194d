"""What Alembic runs: the steps, on the connection that `engine.migrate` opened."""

from __future__ import annotations

from alembic import context

from passerby.centre.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
