"""Opens the database of a control room and brings its schema up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from passerby.centre.store.tables import METADATA
from passerby.contracts.errors import StoreError, UsageError

CONNECTIONS = 8
# A server that says nothing for longer is taken for dead; longer than a statement may last.
SILENT_S = 20
# No statement and no lock of a batch lasts longer; the unit sends it again.
OPTIONS = "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"


def connect(url: str, connections: int = CONNECTIONS) -> Engine:
    """Return the database of `postgresql://…`; it connects when used. Raises UsageError for another address."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "postgresql":
        raise UsageError("the database of a control room is an address postgresql://USER@HOST/NAME")
    return create_engine(
        parsed.set(drivername="postgresql+pg8000"),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={"timeout": SILENT_S, "startup_params": {"options": OPTIONS}},
    )


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn errors of the database into StoreError, in one sentence."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = " ".join(_sentence(getattr(error, "orig", None) or error).split())[:300]
        raise StoreError(f"the database of the control room: {reason}") from error


def _sentence(error: BaseException) -> str:
    """Return the message of the server, which pg8000 gives as the field M of an answer."""
    answer = error.args[0] if error.args else error
    return str(answer.get("M", answer) if isinstance(answer, dict) else error)


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the schema up to a revision, all steps in one transaction. Raises StoreError."""
    with store_errors(), engine.begin() as connection:
        config = _config()
        script = ScriptDirectory.from_config(config)
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7368)")  # one program at a time
        # The recipe of Alembic for programs without an env.py.
        with EnvironmentContext(config, script, fn=lambda now, _: script._upgrade_revs(to, now)) as environment:
            environment.configure(connection=connection, target_metadata=METADATA)
            environment.run_migrations()


def check_schema(engine: Engine) -> None:
    """Raise StoreError if the schema is not that of this version."""
    with store_errors(), engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    if found != wanted:
        raise StoreError(
            f"the database of the control room has schema {found or 'none'}, this version needs {wanted}; run "
            "passerby centre migrate"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "steps").replace("%", "%%"))
    return config
