"""Suite `recovery`: how soon pictures return after a fault of the link to a camera, and its incidents."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from passerby.camera.outage import LOST_AFTER_S, OutageWatch
from passerby.contracts.events import Gap, Phase
from passerby.contracts.time import Clock
from passerby.evals.changing_camera import FORMS
from passerby.evals.faulty_link import KINDS, FaultyLink
from passerby.evals.process_figures import MemorySampler, process_figures
from passerby.evals.recovery_report import TOGETHER, FaultRun, Recovery
from passerby.ingest.reconnect import LiveSource
from passerby.ingest.rtsp import RtspConnection

SHORTEST_S, LONGEST_S = 7.0, 12.0
# Pictures must have come for this long before a fault begins, and are awaited for this long after it, seconds.
STEADY_S, PATIENCE_S = 3.0, 60.0
# Of the fault of all cameras at once, seconds.
TOGETHER_S = 10.0
_POLL_S = 0.05


class FaultedCamera:
    """Reads one camera behind a link in a thread; counts incidents as the loop of a camera does.

    form: of the stream that the next connection gets, see `evals.changing_camera`.
    """

    def __init__(self, link: FaultyLink, clock: Clock) -> None:
        ids = itertools.count()
        self._link, self.form = link, FORMS[0]
        self._source = LiveSource("rtsp://127.0.0.1/", "camera", clock, connect=self._connect)
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

    def _connect(self, _: str, open_s: float, read_s: float) -> RtspConnection:
        host = "camera.invalid" if self._link.fault == "unresolved" else "127.0.0.1"
        return RtspConnection(f"rtsp://{host}:{self._link.port_here}/{self.form}", open_s, read_s)

    def _read(self) -> None:
        for item in self._source.frames(self._stop):
            if isinstance(item, Gap):
                self.incidents += sum(event.phase is Phase.START for event in self._watch.gap(item))
                continue
            self._watch.over(item.at.s)
            now_s = time.monotonic()
            self.since_s = now_s if now_s - self.newest_s > LOST_AFTER_S else self.since_s
            self.newest_s = now_s


@dataclass(frozen=True, slots=True)
class RecoveryPlan:
    """port: of the server of `evals.changing_camera`. cameras: at once, each with its own link. times: faults."""

    port: int
    cameras: int
    times: int
    seed: int


def recover_again_and_again(
    plan: RecoveryPlan, clock: Clock, report_progress: Callable[[float], None] = lambda _: None
) -> FaultRun:
    """Let the links of several cameras fail, each by itself, and then all at once."""
    run = _FaultRunner(plan, clock, report_progress)
    with closing(MemorySampler()) as sampler, ThreadPoolExecutor(plan.cameras) as pool:
        for done in [pool.submit(run.camera, number) for number in range(plan.cameras)]:
            done.result()
        run.result.memory_mb = sampler.samples_mb
    return run.result


class _FaultRunner:
    """The threads of one run meet three times: after one fault each, before the common fault, and after it."""

    def __init__(self, plan: RecoveryPlan, clock: Clock, report_progress: Callable[[float], None]) -> None:
        self._plan, self._clock, self._report_progress = plan, clock, report_progress
        self.result = FaultRun()
        self._links: list[FaultyLink] = []
        self._shares = shares_of(plan.times, plan.cameras)
        self._warm = threading.Barrier(plan.cameras, self._at_start)
        self._lost = threading.Barrier(plan.cameras)
        self._done = threading.Barrier(plan.cameras, self._at_end)

    def camera(self, number: int) -> None:
        """Play the faults of one camera."""
        chance = np.random.default_rng((self._plan.seed, number))
        try:
            with (
                closing(FaultyLink(self._plan.port)) as link,
                closing(FaultedCamera(link, self._clock)) as camera,
            ):
                self._links.append(link)
                for k, kind in enumerate(self._shares[number]):
                    self._trial(camera, link, kind, float(chance.uniform(SHORTEST_S, LONGEST_S)))
                    if k == 0:
                        self._warm.wait()
                self._lost.wait()
                self._trial(camera, link, TOGETHER, TOGETHER_S)
                self._done.wait()
        except BaseException:
            for barrier in (self._warm, self._lost, self._done):
                barrier.abort()
            raise

    def _trial(self, camera: FaultedCamera, link: FaultyLink, kind: str, fault_s: float) -> None:
        self.result.found.append(_trial(camera, link, kind, fault_s))
        self._report_progress(len(self.result.found) / (sum(map(len, self._shares)) + self._plan.cameras))

    def _at_start(self) -> None:
        self.result.before = process_figures()

    def _at_end(self) -> None:
        self.result.after = process_figures()
        last_s = sorted(s for link in self._links for s in link.accepted_s if s > link.ended_s)
        self.result.herd = max((sum(0 <= other - s < 1 for other in last_s) for s in last_s), default=0)


def shares_of(times: int, cameras: int) -> list[list[str]]:
    """Return the faults of each camera: each at least one, and each kind as often as another."""
    kinds = [*itertools.islice(itertools.cycle(KINDS), max(times, cameras))]
    return [kinds[n::cameras] for n in range(cameras)]


def _trial(camera: FaultedCamera, link: FaultyLink, kind: str, fault_s: float) -> Recovery:
    def is_steady() -> bool:
        return time.monotonic() - camera.newest_s < 1.0 and camera.newest_s - camera.since_s > STEADY_S

    camera.wait_until(is_steady)
    before, last_s = camera.incidents, camera.newest_s
    link.begin("refused" if kind == TOGETHER else kind)
    time.sleep(fault_s)
    camera.form = kind if kind in FORMS else FORMS[0]
    link.end()
    end_s = time.monotonic()
    is_back = camera.wait_until(lambda: camera.newest_s > end_s)
    next_s = camera.newest_s
    camera.wait_until(is_steady)
    return Recovery(kind, fault_s, next_s - end_s if is_back else None, next_s - last_s, camera.incidents - before)
