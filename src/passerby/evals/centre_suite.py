"""Suite `centre`: unit, centre, NATS and PostgreSQL fail at random; every stored event is kept, once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from passerby.evals.centre_stand import CentreStand, Victim, Way
from passerby.evals.origin import commit, machine
from passerby.evals.outbox_sender import CAMERAS
from passerby.evals.outbox_suite import SKEW_S
from passerby.evals.result import Aim, Report, Table

What = Literal["killed", "gone", "silent", "disk full"]
DISK_FULL_S = 4.0


@dataclass(frozen=True, slots=True)
class CentrePlan:
    """times: kills of each process. longest_s: from an arrival to the next fault, seconds.

    gone_s: how long the server that the unit asks is gone once. silent_s: how long each server is stopped once
    without its connections being closed, longer than a request may last. 0: no such fault. disks: empty folders on
    small disks, for the unit and for PostgreSQL; each is filled twice.
    """

    times: int
    longest_s: float
    way: Way
    seed: int
    gone_s: float = 3.0
    silent_s: float = 5.0
    disks: tuple[Path, Path] | None = None

    @property
    def faults(self) -> list[tuple[What, Victim]]:
        """The faults, in no order yet."""
        found: list[tuple[What, Victim]] = [("killed", one) for one in ("unit", *self._servers)] * self.times
        found += [("gone", self._servers[0])] if self.gone_s else []
        found += [("silent", one) for one in self._servers] if self.silent_s else []
        return found + ([("disk full", "unit"), ("disk full", "postgresql")] * 2 if self.disks else [])

    @property
    def _servers(self) -> tuple[Victim, ...]:
        return ("nats", "centre", "postgresql") if self.way == "nats" else ("centre", "postgresql")


@dataclass(frozen=True, slots=True)
class CentreFault:
    """One fault. waiting: events that were stored in the unit and not confirmed then."""

    what: What
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


def report_under_faults(
    plan: CentrePlan, folder: Path, report_progress: Callable[[float], None] = lambda _: None
) -> KeptAtCentre:
    """Run all in an empty folder with all faults of the plan, then let the outbox become empty.

    Raises OperationError if it does not become empty.
    """
    rng, happened = random.Random(plan.seed), list[CentreFault]()  # noqa: S311  moments, no secrets
    wanted = plan.faults
    rng.shuffle(wanted)
    with closing(CentreStand(folder, plan.way, rng, plan.disks)) as stand:
        stand.start()
        for number, (what, victim) in enumerate(wanted, start=1):
            after_s = rng.uniform(0.0, plan.longest_s)
            stand.wait_for_arrival(f"nothing arrived before {victim} was {what}")
            time.sleep(after_s)
            happened.append(CentreFault(what, victim, after_s, stand.waiting()))
            _let_happen(stand, what, victim, plan)
            report_progress(number / len(wanted))
        stand.finish()
        return _compared(tuple(happened), stand.stored(), stand.kept())


def _let_happen(stand: CentreStand, what: What, victim: Victim, plan: CentrePlan) -> None:
    """Let one fault begin and end."""
    match what:
        case "killed":
            stand.kill(victim, 0.0)
        case "gone":
            stand.kill(victim, plan.gone_s)
        case "silent":
            stand.silence(victim, plan.silent_s)
        case "disk full":
            stand.fill_disk(victim, DISK_FULL_S)


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
    rows = tuple((n, f.victim, f.what, round(f.after_s, 3), f.waiting) for n, f in enumerate(found.faults, 1))
    return Report(
        suite="centre",
        title="Reports to a control room under faults",
        settings=(
            ("way", plan.way),
            ("kills", f"{plan.times} of each of {', '.join(sorted({f.victim for f in found.faults}))}"),
            *((what, _names(found.faults, what)) for what in ("gone", "silent", "disk full")),
            ("gone for, silent for", f"{plan.gone_s:g} s, {plan.silent_s:g} s"),
            ("error of the unit's clock", f"up to {SKEW_S:g} s in both directions"),
            ("seed", f"{plan.seed}"),
            ("commit", commit()),
            ("machine", machine()),
        ),
        tables=(Table("Faults", ("number", "what", "fault", "s after an arrival", "events waiting"), rows),),
        aims=(
            Aim("centre.events", "events for each fault, so that there is something to lose", 1.0,
                found.stored / max(len(found.faults), 1), least=True),
            Aim("centre.lost", "stored events that the control room does not have", 0, found.lost),
            Aim("centre.twice", "events that it has twice", 0, found.twice),
            Aim("centre.disorder", "events before an earlier one of their camera", 0, found.disorder),
        ),
        notes=(f"{found.stored} events stored, {found.kept} kept.",),
    )  # fmt: skip


def _names(faults: tuple[CentreFault, ...], what: str) -> str:
    return ", ".join(sorted(fault.victim for fault in faults if fault.what == what)) or "none"
