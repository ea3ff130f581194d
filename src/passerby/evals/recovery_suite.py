"""Suite `recovery`: how soon pictures return after a fault of the link to a camera, and its incidents."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from passerby.camera.outage import LOST_AFTER_S, OutageWatch
from passerby.contracts.events import Gap, Phase
from passerby.contracts.time import Clock
from passerby.evals.faulty_link import KINDS, FaultyLink
from passerby.evals.origin import commit, machine
from passerby.evals.result import Aim, Report, Table
from passerby.ingest.reconnect import LiveSource

P95_MOST_S = 10.0
SHORTEST_S, LONGEST_S = 7.0, 12.0
# Pictures must have come for this long before a fault begins, and are awaited for this long after it, seconds.
STEADY_S, PATIENCE_S = 3.0, 60.0
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Recovery:
    """One fault: its kind and duration, the time from its end to the next picture, and its incidents.

    recovery_s: None if no picture came within PATIENCE_S. lost_s: time without a picture from before the fault.
    """

    kind: str
    fault_s: float
    recovery_s: float | None
    lost_s: float
    incidents: int


class _Camera:
    """Reads one camera in a thread; counts incidents as the loop of a camera does."""

    def __init__(self, url: str, clock: Clock) -> None:
        ids = itertools.count()
        self._source = LiveSource(url, "camera", clock)
        self._watch = OutageWatch("camera", lambda: str(next(ids)))
        self._stop = threading.Event()
        self.newest_s = self.since_s = 0.0
        self.incidents = 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()
        self._thread.join(PATIENCE_S)

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        """Return whether the condition became true within PATIENCE_S."""
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            if condition():
                return True
            time.sleep(_POLL_S)
        return False

    def _read(self) -> None:
        for item in self._source.frames(self._stop):
            if isinstance(item, Gap):
                self.incidents += sum(event.phase is Phase.START for event in self._watch.gap(item))
                continue
            self._watch.over(item.at.s)
            now_s = time.monotonic()
            self.since_s = now_s if now_s - self.newest_s > LOST_AFTER_S else self.since_s
            self.newest_s = now_s


def recover_again_and_again(
    url_of: Callable[[int], str],
    port: int,
    clock: Clock,
    times: int,
    seed: int,
    report_progress: Callable[[float], None] = lambda _: None,
) -> list[Recovery]:
    """Let the link of several cameras at once fail `times` times in all.

    url_of: returns the address of a camera behind a port. port: of the server.
    """
    found: list[Recovery] = []
    kinds = [*itertools.islice(itertools.cycle(KINDS), times)]
    at_once = min(len(KINDS) + 1, times)
    shares = [kinds[n::at_once] for n in range(at_once)]

    def one(number: int) -> None:
        chance = np.random.default_rng((seed, number))
        with closing(FaultyLink(port)) as link, closing(_Camera(url_of(link.port_here), clock)) as camera:
            for kind in shares[number]:
                found.append(_trial(camera, link, kind, float(chance.uniform(SHORTEST_S, LONGEST_S))))
                report_progress(len(found) / times)

    with ThreadPoolExecutor(at_once) as pool:
        for done in [pool.submit(one, number) for number in range(at_once)]:
            done.result()
    return found


def _trial(camera: _Camera, link: FaultyLink, kind: str, fault_s: float) -> Recovery:
    def is_steady() -> bool:
        return time.monotonic() - camera.newest_s < 1.0 and camera.newest_s - camera.since_s > STEADY_S

    camera.wait_until(is_steady)
    before, last_s = camera.incidents, camera.newest_s
    link.begin(kind)
    time.sleep(fault_s)
    link.end()
    end_s = time.monotonic()
    is_back = camera.wait_until(lambda: camera.newest_s > end_s)
    next_s = camera.newest_s
    camera.wait_until(is_steady)
    return Recovery(kind, fault_s, next_s - end_s if is_back else None, next_s - last_s, camera.incidents - before)


def recovery_report(found: Sequence[Recovery], seed: int, settings: tuple[tuple[str, str], ...]) -> Report:
    """Return the faults as a report: 95 % of the recoveries within P95_MOST_S, and one incident for each fault."""
    times = [r.recovery_s if r.recovery_s is not None else float("inf") for r in found]
    rows = []
    for kind in KINDS:
        of = [r for r in found if r.kind == kind]
        seconds = [r.recovery_s if r.recovery_s is not None else float("inf") for r in of]
        if of:
            middle, most = float(np.median(seconds)), max(seconds)
            rows.append((kind, len(of), round(middle, 1), round(most, 1), sum(r.incidents for r in of)))
    other = sum(r.incidents != 1 for r in found)
    return Report(
        suite="recovery",
        title="Recovery after faults of the link to a camera",
        settings=(
            ("faults", f"{len(found)}, each {SHORTEST_S:g} to {LONGEST_S:g} s"),
            ("seed", f"{seed}"),
            *settings,
            ("commit", commit()),
            ("machine", machine()),
        ),
        tables=(Table("Faults", ("kind", "faults", "median s", "longest s", "incidents"), tuple(rows)),),
        aims=(
            Aim("recovery.p95", "95 % of the times from the end of a fault to the next picture", P95_MOST_S,
                float(np.quantile(times, 0.95, method="higher")) if times else None, "s"),
            Aim("recovery.never", "faults after which no picture came", 0, float(np.isinf(times).sum())),
            Aim("recovery.incidents", "faults with another number of incidents than one", 0, other),
        ),
    )  # fmt: skip
