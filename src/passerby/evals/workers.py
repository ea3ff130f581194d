"""Plays cameras of scenarios, in this process or in several."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace

from passerby.contracts.errors import PasserbyError
from passerby.evals.play import PlaySettings, Take, play
from passerby.sim.scenario import Scenario
from passerby.vision.detector import Detector

ReportSeconds = Callable[[str, float], None]
LoadDetector = Callable[[], Detector | None]
_of_this_process: list[Detector | None] = [None]


@dataclass(frozen=True, slots=True)
class PlayJob:
    """One camera of a scenario with one seed."""

    scenario: Scenario
    camera: str
    settings: PlaySettings

    @property
    def seconds(self) -> float:
        """Return the played duration, seconds."""
        return self.settings.seconds or self.scenario.seconds


@dataclass(frozen=True, slots=True)
class RefusedJob:
    """A job that could not be played, with the reason."""

    reason: str


def play_here(jobs: Sequence[PlayJob], report_seconds: ReportSeconds) -> list[Take | RefusedJob]:
    """Play `jobs` one after the other, with the detector of their settings.

    report_seconds: is called with the scenario and the seconds of all jobs that were played so far.
    """
    done_s, results = 0.0, list[Take | RefusedJob]()
    for job in jobs:
        results.append(_play(job, _from(report_seconds, job.scenario.name, done_s)))
        done_s += job.seconds
    return results


def _from(report_seconds: ReportSeconds, name: str, done_s: float) -> Callable[[float], None]:
    return lambda s: report_seconds(name, done_s + s)


@dataclass(frozen=True, slots=True)
class Workers:
    """Several processes that play jobs. load: makes the detector once in each; it must be picklable."""

    processes: int
    load: LoadDetector

    def play(self, jobs: Sequence[PlayJob], report_seconds: ReportSeconds) -> list[Take | RefusedJob]:
        """Play `jobs`; the results are in their order and equal those of `play_here`."""
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.processes, fresh, _start, (self.load,)) as pool:
            # The longest first, so that no process waits long for the last one.
            order = sorted(range(len(jobs)), key=lambda k: -jobs[k].seconds)
            futures = {pool.submit(_play_with_detector, _bare(jobs[k])): k for k in order}
            done_s = 0.0
            for future in as_completed(futures):
                done_s += jobs[futures[future]].seconds
                report_seconds(jobs[futures[future]].scenario.name, done_s)
        return [future.result() for future, _ in sorted(futures.items(), key=lambda item: item[1])]


def _start(load: LoadDetector) -> None:
    _of_this_process[0] = load()


def _bare(job: PlayJob) -> PlayJob:
    """Return the job without its detector, which cannot be sent to another process."""
    return replace(job, settings=replace(job.settings, detector=None))


def _play_with_detector(job: PlayJob) -> Take | RefusedJob:
    return _play(replace(job, settings=replace(job.settings, detector=_of_this_process[0])), lambda _: None)


def _play(job: PlayJob, tick: Callable[[float], None]) -> Take | RefusedJob:
    try:
        return play(job.scenario, job.camera, job.settings, tick)
    except PasserbyError as error:
        return RefusedJob(f"{job.scenario.name}, {job.camera}: {error}")
