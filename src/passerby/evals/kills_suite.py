"""Suite `kills`: kill -9 at random moments of a live run; no event may be lost or duplicated, and nothing
damaged."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen, TimeoutExpired

import numpy as np

from passerby.contracts.errors import UsageError
from passerby.evals import kills
from passerby.evals.kills import Left
from passerby.evals.origin import commit, machine
from passerby.evals.result import Aim, Report, Table
from passerby.evals.served import last_line, program

# Longer than a start, the first events and an orderly end take on a busy machine, seconds.
PATIENCE_S = 300.0


# Fraction of kills after the start, while the unit loads and repairs the files of the last run. The others come
# later, so that there are events to lose on a slow machine, too.
EARLY_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Plan:
    """The number of kills, and the longest time after the start or after the first new incident, seconds."""

    times: int
    longest_s: float
    seed: int


@dataclass(frozen=True, slots=True)
class Death:
    """One kill, `after_s` after the start (is_early) or after the first new incident.

    new: events since the kill before. still_open: incidents.
    """

    is_early: bool
    after_s: float
    new: int
    still_open: int
    lost: int
    damage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survival:
    """All kills, and the contents after the last run, which ended normally.

    damage: one sentence per fault. tracebacks: errors of passerby in its log.
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
    """Run `command`, which writes into `out`, and kill it `plan.times`; then run it once more to an orderly end.

    report_progress: called with the finished fraction of kills. Raises UsageError if it ends by itself.
    """
    chance, seen, deaths = np.random.default_rng(plan.seed), set[bytes](), list[Death]()
    for number in range(plan.times):
        is_early, after_s = bool(chance.random() < EARLY_SHARE), float(chance.uniform(0.0, plan.longest_s))
        with _running(command, out, log, wait=not is_early) as child:
            _let_run(child, after_s, log)
        left = kills.read_left(out)
        fresh = set(left.lines) - seen
        lost = kills.lost(seen, left)
        deaths.append(Death(is_early, after_s, len(fresh), len(left.still_open), lost, left.damage))
        seen |= fresh
        report_progress((number + 1) / plan.times)
    with _running(command, out, log) as child:
        child.send_signal(signal.SIGTERM)
        code = child.wait(PATIENCE_S)
    if code:
        raise UsageError(f"passerby run did not end in order ({code}); its log: {last_line(log)}")
    return _survival(tuple(deaths), seen, kills.read_left(out), out, log)


def kills_report(found: Survival, plan: Plan, settings: tuple[tuple[str, str], ...]) -> Report:
    """Return the kills as a report; every target is zero."""
    damaged = sum(bool(death.damage) for death in found.deaths)
    rows = tuple(
        (n, "start" if d.is_early else "incident", round(d.after_s, 2), d.new, d.still_open)
        for n, d in enumerate(found.deaths, start=1)
    )
    return Report(
        suite="kills",
        title="Killed at random moments",
        settings=(
            ("kills", f"{plan.times}"),
            ("seed", f"{plan.seed}"),
            ("moments", f"0 to {plan.longest_s:g} s after the start ({EARLY_SHARE:.0%}) or a new incident"),
            *settings,
            ("commit", commit()),
            ("machine", machine()),
        ),
        tables=(Table("Kills", ("number", "after the", "s", "new events", "incidents open"), rows),),
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


@contextmanager
def _running(command: Sequence[str], out: Path, log: Path, *, wait: bool = True) -> Iterator[Popen[bytes]]:
    """Run the command and kill it at the end; with `wait`, yield it once a new incident has begun."""
    before, end_s = kills.begun(out), time.monotonic() + PATIENCE_S
    with program(command, log) as child:
        while wait and kills.begun(out) <= before and time.monotonic() < end_s:
            _let_run(child, 0.1, log)
        yield child


def _let_run(child: Popen[bytes], seconds: float, log: Path) -> None:
    with suppress(TimeoutExpired):
        code = child.wait(seconds)
        raise UsageError(f"passerby run ended by itself with {code}; its log: {last_line(log)}")


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
