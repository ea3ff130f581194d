"""Suite `kills`: kill -9 at random moments of a live run; no event is lost or doubled and nothing is damaged."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired

import numpy as np

from passerby.contracts.errors import UsageError
from passerby.evals import kills
from passerby.evals.kills import Left
from passerby.evals.origin import commit, machine
from passerby.evals.result import Aim, Report, Table
from passerby.evals.served import last_line, program

# Longer than a start, the first events and an orderly end take, however busy the machine is.
PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How often to kill, and how many seconds after each start at the most."""

    times: int
    longest_s: float
    seed: int


@dataclass(frozen=True, slots=True)
class Death:
    """One kill. after_s: since the start. new: events since the kill before. still_open: incidents."""

    after_s: float
    new: int
    still_open: int
    lost: int
    damage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survival:
    """All kills, and what is there after the last run, which ended in order.

    damage: a sentence for each fault found then. tracebacks: errors of passerby itself in its log.
    """

    deaths: tuple[Death, ...]
    events: int
    lost: int
    doubled: int
    still_open: int
    damage: tuple[str, ...]
    tracebacks: int


def kill_again_and_again(
    command: Sequence[str],
    out: Path,
    log: Path,
    plan: Plan,
    report_progress: Callable[[float], None] = lambda _: None,
) -> Survival:
    """Run `command`, which writes into `out`, and kill it `plan.times`; then once more to an orderly end.

    report_progress: called with the share of the kills done. Raises UsageError if it ends by itself.
    """
    chance, seen, deaths = np.random.default_rng(plan.seed), set[bytes](), list[Death]()
    for number in range(plan.times):
        after_s = float(chance.uniform(0.0, plan.longest_s))
        _killed(command, log, after_s)
        left = kills.read_left(out)
        fresh = set(left.lines) - seen
        deaths.append(Death(after_s, len(fresh), len(left.still_open), kills.lost(seen, left), left.damage))
        seen |= fresh
        report_progress((number + 1) / plan.times)
    _stopped(command, out, log)
    return _survival(tuple(deaths), seen, kills.read_left(out), out, log)


def kills_report(found: Survival, plan: Plan, settings: tuple[tuple[str, str], ...]) -> Report:
    """Return the kills as a report; every aim is none at all."""
    damaged = sum(bool(death.damage) for death in found.deaths)
    rows = tuple((n, round(d.after_s, 2), d.new, d.still_open) for n, d in enumerate(found.deaths, start=1))
    return Report(
        suite="kills",
        title="Killed at random moments",
        settings=(
            ("kills", f"{plan.times}"),
            ("seed", f"{plan.seed}"),
            ("moments", f"0 to {plan.longest_s:g} s after the start"),
            *settings,
            ("commit", commit()),
            ("machine", machine()),
        ),
        tables=(Table("Kills", ("number", "after s", "new events", "incidents open"), rows),),
        aims=(
            Aim("kills.events", "events a kill, so that there is something to lose", 1.0,
                found.events / max(plan.times, 1), least=True),
            Aim("kills.lost", "events lost", 0, found.lost),
            Aim("kills.doubled", "events twice", 0, found.doubled),
            Aim("kills.open", "incidents never ended", 0, found.still_open),
            Aim("kills.damaged", "kills after which database or audit log were damaged", 0, damaged),
            Aim("kills.disorder", "faults after the last, orderly end", 0, len(found.damage)),
            Aim("kills.tracebacks", "errors of passerby itself in its log", 0, found.tracebacks),
        ),
        notes=(*{why for death in found.deaths for why in death.damage}, *found.damage),
    )  # fmt: skip


def _killed(command: Sequence[str], log: Path, after_s: float) -> None:
    with program(command, log) as child:
        try:
            code = child.wait(after_s)
        except TimeoutExpired:
            return
    raise UsageError(f"passerby run ended by itself with {code}; its log: {last_line(log)}")


def _stopped(command: Sequence[str], out: Path, log: Path) -> None:
    """Run until there are new events, then stop it as it should be."""
    before, end_s = len(kills.read_left(out).lines), time.monotonic() + PATIENCE_S
    with program(command, log) as child:
        while len(kills.read_left(out).lines) <= before and child.poll() is None and time.monotonic() < end_s:
            time.sleep(0.2)
        child.send_signal(signal.SIGTERM)
        code = child.wait(PATIENCE_S)
    if code:
        raise UsageError(f"passerby run did not end in order ({code}); its log: {last_line(log)}")


def _survival(deaths: tuple[Death, ...], seen: set[bytes], left: Left, out: Path, log: Path) -> Survival:
    return Survival(
        deaths,
        len(left.lines),
        max([kills.lost(seen, left), *(death.lost for death in deaths)]),
        kills.doubled(left),
        len(left.still_open),
        (*left.damage, *kills.disorder(out)),
        log.read_text("utf-8", "replace").count("Traceback"),
    )
