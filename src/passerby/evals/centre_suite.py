"""Suite `centre`: unit, centre, NATS and PostgreSQL are killed at random; every stored event is kept, once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine, select

from passerby.centre.store.engine import connect, migrate, store_errors
from passerby.centre.store.tables import EVENT
from passerby.centre.store.units import NewUnit, enrol
from passerby.contracts.errors import OperationError, StoreError
from passerby.evals.centre_servers import Server, database_url, free_port, nats, postgres
from passerby.evals.origin import commit, machine
from passerby.evals.outbox_sender import CAMERAS
from passerby.evals.outbox_suite import PATIENCE_S, SKEW_S, kill
from passerby.evals.result import Aim, Report, Table
from passerby.store import events, outbox
from passerby.store.connect import reading
from passerby.store.results import DATABASE

Victim = Literal["unit", "centre", "nats", "postgresql"]
Way = Literal["https", "nats"]
TOKEN = "a token for the evaluation"  # noqa: S105  of this machine alone


@dataclass(frozen=True, slots=True)
class CentrePlan:
    """times: kills of each process. longest_s: from an arrival to the next kill, seconds."""

    times: int
    longest_s: float
    way: Way
    seed: int


@dataclass(frozen=True, slots=True)
class CentreFault:
    """One kill. waiting: events that were stored in the unit and not confirmed then."""

    victim: Victim
    after_s: float
    waiting: int


@dataclass(frozen=True, slots=True)
class KeptAtCentre:
    """What the unit has stored and the control room has kept."""

    faults: tuple[CentreFault, ...]
    stored: int
    kept: int
    lost: int
    twice: int
    disorder: int


class CentreStand:
    """A unit, a centre, and its servers in `folder`."""

    def __init__(self, folder: Path, way: Way, rng: random.Random) -> None:
        folder.chmod(0o755)  # PostgreSQL does not run as root
        self._folder, self._rng = folder, rng
        self._postgres, self._nats = postgres(folder / "pg"), nats(folder)
        self._port = free_port()
        nats_url = f"nats://127.0.0.1:{self._nats.port}"
        self._url = nats_url if way == "nats" else f"http://127.0.0.1:{self._port}"
        self._nats_url = nats_url if way == "nats" else ""
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._engine: Engine | None = None

    def start(self) -> None:
        """Start everything, with an enrolled unit."""
        for server in (self._postgres, self._nats):
            server.start()
        self._engine = connect(database_url(self._postgres))
        migrate(self._engine)
        with self._engine.begin() as connection:
            enrol(connection, NewUnit("unit-1", "Riverside", "metro"), TOKEN)
        self.start_centre()
        self.start_unit()

    def start_centre(self) -> None:
        """Start the intake."""
        self._run("centre", "centre_receiver", database_url(self._postgres), str(self._port), self._nats_url)

    def start_unit(self, *, makes_events: bool = True) -> None:
        """Start the unit, with another error of its clock each time."""
        offset_s, makes = self._rng.uniform(-SKEW_S, SKEW_S), "yes" if makes_events else "no"
        self._run("unit", "centre_sender", str(self._folder / "unit"), self._url, TOKEN, str(offset_s), makes)

    def kill(self, victim: Victim) -> None:
        """End one of them as a power cut does, and start it again."""
        servers: dict[str, Server] = {"nats": self._nats, "postgresql": self._postgres}
        if victim in servers:
            servers[victim].kill()
            servers[victim].start()
            return
        kill(self._children[victim])
        {"unit": self.start_unit, "centre": self.start_centre}[victim]()

    def finish(self) -> None:
        """Let the unit deliver what waits, without new events."""
        kill(self._children["unit"])
        self.start_unit(makes_events=False)
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
        with reading(self._folder / "unit" / DATABASE) as connection:
            return [event.id for event in events.query(connection)]

    def waiting(self) -> int:
        """Return how many stored events are not confirmed yet, as the unit knows; 1 if it cannot be read."""
        with suppress(StoreError), reading(self._folder / "unit" / DATABASE) as connection:
            return sum(one.newest - one.row + one.aside for one in outbox.progress(connection))
        return 1

    def close(self) -> None:
        """End everything."""
        for child in self._children.values():
            kill(child)
        if self._engine is not None:
            self._engine.dispose()
        self._nats.close()
        self._postgres.close()

    def _run(self, name: str, module: str, *words: str) -> None:
        command = [sys.executable, "-m", f"passerby.evals.{module}", *words]
        with (self._folder / f"{name}.log").open("ab") as log:
            self._children[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def report_under_faults(
    plan: CentrePlan, folder: Path, report_progress: Callable[[float], None] = lambda _: None
) -> KeptAtCentre:
    """Run all in an empty folder with all kills of the plan, then let the outbox become empty.

    Raises OperationError if it does not become empty.
    """
    rng, faults = random.Random(plan.seed), list[CentreFault]()  # noqa: S311  moments, no secrets
    victims: list[Victim] = ["unit", "centre", "postgresql"] * plan.times
    if plan.way == "nats":
        victims += ["nats"] * plan.times
    rng.shuffle(victims)
    with closing(CentreStand(folder, plan.way, rng)) as stand:
        stand.start()
        for number, victim in enumerate(victims, start=1):
            before, after_s = len(stand.kept()), rng.uniform(0.0, plan.longest_s)
            wait_for(lambda before=before: len(stand.kept()) > before, f"nothing arrived before {victim!r}")  # type: ignore[misc]
            time.sleep(after_s)
            faults.append(CentreFault(victim, after_s, stand.waiting()))
            stand.kill(victim)
            report_progress(number / len(victims))
        stand.finish()
        return _compared(tuple(faults), stand.stored(), stand.kept())


def _compared(faults: tuple[CentreFault, ...], stored: list[str], kept: list[tuple[str, str]]) -> KeptAtCentre:
    names = [name for name, _ in kept]
    numbers = [[int(name[1:]) for name, where in kept if where == camera] for camera in CAMERAS]
    return KeptAtCentre(
        faults,
        len(stored),
        len(names),
        len(set(stored) - set(names)),
        len(names) - len(set(names)),
        sum(later < earlier for of in numbers for earlier, later in pairwise(of)),
    )


def centre_report(found: KeptAtCentre, plan: CentrePlan) -> Report:
    """Return the result; every target is zero."""
    rows = tuple((n, f.victim, round(f.after_s, 3), f.waiting) for n, f in enumerate(found.faults, 1))
    return Report(
        suite="centre",
        title="Reports to a control room under faults",
        settings=(
            ("way", plan.way),
            ("kills", f"{plan.times} of each of {', '.join(sorted({f.victim for f in found.faults}))}"),
            ("error of the unit's clock", f"up to {SKEW_S:g} s in both directions"),
            ("seed", f"{plan.seed}"),
            ("commit", commit()),
            ("machine", machine()),
        ),
        tables=(Table("Kills", ("number", "what", "s after an arrival", "events waiting"), rows),),
        aims=(
            Aim("centre.events", "events for each kill, so that there is something to lose", 1.0,
                found.stored / max(len(found.faults), 1), least=True),
            Aim("centre.lost", "stored events that the control room does not have", 0, found.lost),
            Aim("centre.twice", "events that it has twice", 0, found.twice),
            Aim("centre.disorder", "events before an earlier one of their camera", 0, found.disorder),
        ),
        notes=(f"{found.stored} events stored, {found.kept} kept.",),
    )  # fmt: skip


def wait_for(true: Callable[[], bool], otherwise: str) -> None:
    """Wait until it is true. Raises OperationError with the sentence if it takes too long."""
    end_s = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > end_s:
            raise OperationError(otherwise)
        time.sleep(0.05)
