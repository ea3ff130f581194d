"""A unit, a centre, NATS and PostgreSQL on this machine, for faults of each."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine, select

from passerby.centre.store.engine import connect, migrate, store_errors
from passerby.centre.store.tables import EVENT
from passerby.centre.store.units import NewUnit, enrol
from passerby.contracts.errors import OperationError, StoreError
from passerby.evals import centre_receiver, centre_sender
from passerby.evals.centre_servers import Server, database_url, nats, postgres
from passerby.evals.forked import forked
from passerby.evals.outbox_suite import PATIENCE_S, SKEW_S, full
from passerby.evals.ports import free_port
from passerby.store import events, outbox
from passerby.store.connect import reading
from passerby.store.results import DATABASE

Victim = Literal["unit", "centre", "nats", "postgresql"]
Way = Literal["https", "nats"]
TOKEN = "a token for the evaluation"  # noqa: S105  of this machine alone
LOOK_S = 0.05


class CentreStand:
    """All of them in `folder`; disks: other folders for the unit and for PostgreSQL."""

    def __init__(self, folder: Path, way: Way, rng: random.Random, disks: tuple[Path, Path] | None) -> None:
        folder.chmod(0o755)  # PostgreSQL does not run as root
        self._folder, self._rng = folder, rng
        self._disks = dict(zip(("unit", "postgresql"), disks or (folder, folder), strict=True))
        self._unit = self._disks["unit"] / "unit"
        self._postgres, self._nats = (
            postgres(self._disks["postgresql"] / "pg", log=folder / "pg.log"),
            nats(folder),
        )
        self._port = free_port()
        nats_url = f"nats://127.0.0.1:{self._nats.port}"
        self._url = nats_url if way == "nats" else f"http://127.0.0.1:{self._port}"
        self._nats_url = nats_url if way == "nats" else ""
        self._children: dict[str, ForkServerProcess] = {}
        self._engine: Engine | None = None

    def start(self) -> None:
        """Start everything, with an enrolled unit."""
        for server in (self._postgres, self._nats):
            server.start()
        self._engine = connect(database_url(self._postgres))
        migrate(self._engine)
        with self._engine.begin() as connection:
            enrol(connection, NewUnit("unit-1", "Riverside", "metro"), TOKEN)
        self._start_centre()
        self._start_unit()

    def kill(self, victim: Victim, gone_s: float) -> None:
        """End one of them as a power cut does, and start it again after `gone_s`."""
        if victim in self._servers:
            self._servers[victim].kill()
        else:
            self._end(victim)
        time.sleep(gone_s)
        starts = {"unit": self._start_unit, "centre": self._start_centre}
        (starts.get(victim) or self._servers[victim].start)()

    def silence(self, victim: Victim, seconds: float) -> None:
        """Stop one of them for so long; its connections stay open."""
        server = self._servers.get(victim)
        pid = server.pid if server is not None else self._children[victim].pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)  # first the process that would start others
        pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
        for sign in (signal.SIGSTOP, signal.SIGCONT):
            for one in pids:
                with suppress(ProcessLookupError):
                    os.kill(one, sign)
            time.sleep(seconds if sign is signal.SIGSTOP else 0.0)

    def fill_disk(self, victim: Victim, seconds: float) -> None:
        """Fill the disk of the unit or of PostgreSQL for so long. A service starts PostgreSQL again if it ends."""
        with full(self._disks[victim]):
            time.sleep(seconds)
        if victim == "postgresql":
            self._postgres.start()

    def wait_for_arrival(self, otherwise: str) -> None:
        """Wait until one more event is kept. Raises OperationError with the sentence if it takes too long."""
        before = len(self.kept())

        def has_arrived() -> bool:
            self._postgres.start()  # after a full disk it may end while it recovers
            return len(self.kept()) > before

        wait_for(has_arrived, otherwise)

    def finish(self) -> None:
        """Let the unit deliver what waits, without new events."""
        self._end("unit")
        self._start_unit(makes_events=False)
        wait_for(lambda: self.waiting() == 0, "the outbox did not become empty")

    def kept(self) -> list[tuple[str, str]]:
        """Return id and camera of each kept event, in the order of their arrival."""
        assert self._engine is not None
        with suppress(StoreError), store_errors(), self._engine.connect() as connection:
            rows = connection.execute(select(EVENT.c.id, EVENT.c.camera).order_by(EVENT.c.row))
            return [(row.id, row.camera) for row in rows]
        return []

    def stored(self) -> list[str]:
        """Return the ids of the events of the unit."""
        with reading(self._unit / DATABASE) as connection:
            return [event.id for event in events.query(connection)]

    def waiting(self) -> int:
        """Return how many stored events are not confirmed yet, as the unit knows; 1 if it cannot be read."""
        with suppress(StoreError), reading(self._unit / DATABASE) as connection:
            return sum(one.newest - one.row + one.aside for one in outbox.progress(connection))
        return 1

    def close(self) -> None:
        """End everything."""
        for name in self._children:
            self._end(name)
        if self._engine is not None:
            self._engine.dispose()
        self._nats.close()
        self._postgres.close()

    @property
    def _servers(self) -> dict[str, Server]:
        return {"nats": self._nats, "postgresql": self._postgres}

    def _start_centre(self) -> None:
        args = (database_url(self._postgres), self._port, self._nats_url)
        self._children["centre"] = forked(centre_receiver.main, args, {}, self._folder / "centre.log")

    def _start_unit(self, *, makes_events: bool = True) -> None:
        """Start the unit, with another error of its clock each time."""
        args = (self._unit, self._url, TOKEN, self._rng.uniform(-SKEW_S, SKEW_S))
        more = {"makes_events": makes_events}
        self._children["unit"] = forked(centre_sender.main, args, more, self._folder / "unit.log")

    def _end(self, name: str) -> None:
        self._children[name].kill()
        self._children[name].join()


def wait_for(true: Callable[[], bool], otherwise: str) -> None:
    """Wait until it is true. Raises OperationError with the sentence if it takes too long."""
    end_s = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > end_s:
            raise OperationError(otherwise)
        time.sleep(LOOK_S)
