"""Suite `outbox`: unit and receiver are killed at random moments; every stored event must arrive, once."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from passerby.contracts.errors import OperationError, StoreError, UsageError
from passerby.evals.origin import commit, machine
from passerby.evals.outbox_sender import CAMERAS
from passerby.evals.ports import free_port
from passerby.evals.result import Aim, Report, Table
from passerby.files.made import refuse_other_files
from passerby.store import events, outbox
from passerby.store.connect import reading
from passerby.store.results import DATABASE

What = Literal["unit", "receiver", "receiver gone", "disk full"]
# Clocks of units are wrong by up to this, seconds.
SKEW_S = 3600.0
# A disk that is at most this large is filled; a larger one would take too long.
SMALL_DISK = 100_000_000
DISK_FULL_S = 3.0
# Longer than the longest pause between two attempts of the outbox, 375 s, seconds.
PATIENCE_S = 600.0


@dataclass(frozen=True, slots=True)
class OutboxPlan:
    """times: kills of the unit, and as many of the receiver. longest_s: from an arrival to the next kill, seconds.

    gone_s: how long the receiver is gone once, seconds.
    """

    times: int
    longest_s: float
    gone_s: float
    seed: int


@dataclass(frozen=True, slots=True)
class OutboxFault:
    """One fault. waiting: events that were stored and not delivered then."""

    what: What
    after_s: float
    offset_s: float
    waiting: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the unit has stored and the receiver has kept.

    twice: rows of one event at the receiver. disorder: events before an earlier one of their camera. repeats:
    arrivals of an event that was there already, which the receiver recognised.
    """

    faults: tuple[OutboxFault, ...]
    stored: int
    arrived: int
    lost: int
    twice: int
    disorder: int
    repeats: int


class Stand:
    """A unit and a receiver in `folder`, as processes that can be killed."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self._unit_folder, self._received = folder / "unit", folder / "received.db"
        self._log, self._rng, self._port = folder / "log", rng, free_port()
        self.offset_s = 0.0
        self.unit: subprocess.Popen[bytes] | None = None
        self.receiver: subprocess.Popen[bytes] | None = None

    def start_unit(self, *, makes_events: bool = True) -> None:
        """Start the unit, with another error of its clock each time."""
        self.offset_s = self._rng.uniform(-SKEW_S, SKEW_S)
        url = f"http://127.0.0.1:{self._port}/"
        makes = "yes" if makes_events else "no"
        self.unit = self._run("outbox_sender", str(self._unit_folder), url, str(self.offset_s), makes)

    def start_receiver(self) -> None:
        """Start the receiver on its port."""
        self.receiver = self._run("outbox_receiver", str(self._received), str(self._port))

    def arrived(self) -> int:
        """Return how many events the receiver has."""
        return len(_arrivals(self._received))

    def waiting(self) -> int:
        """Return how many stored events are not delivered yet, as the unit knows."""
        with suppress(StoreError), reading(self._unit_folder / DATABASE) as connection:
            return sum(one.newest - one.row + one.aside for one in outbox.progress(connection))
        return 0

    def close(self) -> None:
        """Kill both."""
        for child in (self.unit, self.receiver):
            if child is not None:
                kill(child)

    def delivered(self, faults: tuple[OutboxFault, ...]) -> Delivered:
        """Compare both sides."""
        with reading(self._unit_folder / DATABASE) as connection:
            stored = [event.id for event in events.query(connection)]
        rows = _arrivals(self._received)
        names = [name for name, _, _ in rows]
        numbers = [[int(name[1:]) for name, where, _ in rows if where == camera] for camera in CAMERAS]
        return Delivered(
            faults,
            len(stored),
            len(names),
            len(set(stored) - set(names)),
            len(names) - len(set(names)),
            sum(later < earlier for of in numbers for earlier, later in pairwise(of)),
            sum(times - 1 for _, _, times in rows),
        )

    def _run(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"passerby.evals.{module}", *words]
        with self._log.open("ab") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def deliver_under_faults(
    plan: OutboxPlan, folder: Path, report_progress: Callable[[float], None] = lambda _: None
) -> Delivered:
    """Run unit and receiver in an empty folder with all faults of the plan, then let the outbox become empty.

    On a small disk the disk is full now and then, too. Raises OperationError if it does not become empty.
    """
    rng, faults = random.Random(plan.seed), list[OutboxFault]()  # noqa: S311  moments, no secrets
    targets: list[What] = ["unit", "receiver"] * plan.times
    rng.shuffle(targets)
    targets.insert(len(targets) // 2, "receiver gone")
    if shutil.disk_usage(folder).total <= SMALL_DISK:
        targets += ["disk full"] * 2
    with closing(Stand(folder, rng)) as stand:
        stand.start_receiver()
        stand.start_unit()
        for number, what in enumerate(targets, start=1):
            faults.append(_one(stand, what, plan, rng, folder))
            report_progress(number / len(targets))
        assert stand.unit is not None
        kill(stand.unit)
        stand.start_unit(makes_events=False)
        _wait(lambda: stand.waiting() == 0, "the outbox did not become empty")
        return stand.delivered(tuple(faults))


def _one(stand: Stand, what: What, plan: OutboxPlan, rng: random.Random, folder: Path) -> OutboxFault:
    """Wait for an arrival and a random time, then let one fault happen and end."""
    before, after_s = stand.arrived(), rng.uniform(0.0, plan.longest_s)
    _wait(lambda: stand.arrived() > before, f"nothing arrived before fault {what!r}")
    time.sleep(after_s)
    fault = OutboxFault(what, after_s, stand.offset_s, stand.waiting())
    assert stand.unit is not None
    assert stand.receiver is not None
    match what:
        case "unit":
            kill(stand.unit)
            stand.start_unit()
        case "disk full":
            with full(folder):
                time.sleep(DISK_FULL_S)
        case _:
            kill(stand.receiver)
            time.sleep(plan.gone_s if what == "receiver gone" else 0.0)
            stand.start_receiver()
    return fault


def outbox_report(found: Delivered, plan: OutboxPlan) -> Report:
    """Return the result; every target is zero."""
    rows = tuple(
        (n, f.what, round(f.after_s, 3), round(f.offset_s), f.waiting) for n, f in enumerate(found.faults, 1)
    )
    return Report(
        suite="outbox",
        title="Delivery of events under faults",
        settings=(
            ("kills", f"{plan.times} of the unit, {plan.times} of the receiver"),
            ("receiver gone", f"once, {plan.gone_s:g} s"),
            ("disk full", f"{sum(fault.what == 'disk full' for fault in found.faults)} times"),
            ("error of the unit's clock", f"up to {SKEW_S:g} s in both directions"),
            ("seed", f"{plan.seed}"),
            ("commit", commit()),
            ("machine", machine()),
        ),
        tables=(Table("Faults", ("number", "what", "s after an arrival", "clock, s", "events waiting"), rows),),
        aims=(
            Aim("outbox.events", "events for each fault, so that there is something to lose", 1.0,
                found.stored / max(len(found.faults), 1), least=True),
            Aim("outbox.lost", "stored events that did not arrive", 0, found.lost),
            Aim("outbox.twice", "events that the receiver has twice", 0, found.twice),
            Aim("outbox.disorder", "events before an earlier one of their camera", 0, found.disorder),
        ),
        notes=(f"{found.stored} events stored, {found.arrived} arrived; {found.repeats} repetitions recognised.",),
    )  # fmt: skip


def kill(child: subprocess.Popen[bytes]) -> None:
    """End a process as a power cut does."""
    child.kill()
    child.wait()


def check_small_disk(folder: Path) -> None:
    """Raise UsageError if a folder is not empty, or on a disk that is too large to be filled."""
    refuse_other_files(folder)
    size = shutil.disk_usage(folder).total
    if size > SMALL_DISK:
        raise UsageError(
            f"{folder} is on a disk of {size // 10**6} MB, and the disk is filled; give one of at most"
            f" {SMALL_DISK // 10**6} MB"
        )


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Fill the disk of a folder for a with block."""
    filler = folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        yield
    finally:
        filler.unlink(missing_ok=True)


def _arrivals(path: Path) -> list[tuple[str, str, int]]:
    """Return id, camera and number of arrivals of each kept event, in the order of their first arrival."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT id, camera, times FROM arrival ORDER BY number").fetchall()
    except sqlite3.Error:  # it does not exist yet
        return []


def _wait(true: Callable[[], bool], otherwise: str) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > end_s:
            raise OperationError(otherwise)
        time.sleep(0.05)
