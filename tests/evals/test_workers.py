"""Several processes give what one gives."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from passerby.contracts.errors import CalibrationError
from passerby.evals import workers
from passerby.evals.play import PlaySettings, Take
from passerby.evals.workers import PlayJob, RefusedJob, Workers, play_here
from passerby.sim.library import load_scenario

WALK = """station: passage
title: Two walk through
about: One of them comes from a stream of people.
seconds: 14
actors:
  - {name: walker, at: [2, 2.2], start_s: 0, script: [{do: go, to: [30, 2.2], speed_mps: 2.0}]}
"""


def no_detector() -> None:
    return None


def compared(result: Take | RefusedJob) -> dict[str, Any]:
    assert isinstance(result, Take)
    shown = asdict(result)
    return {key: repr(shown[key]) for key in ("scenario", "seed", "seconds", "events", "lines", "zones", "frames")}


def test_two_processes_give_the_results_of_one_in_the_same_order(tmp_path: Path) -> None:
    (tmp_path / "walk.yaml").write_text(WALK)
    scenario = load_scenario(tmp_path / "walk.yaml")
    jobs = [PlayJob(scenario, "passage-1", PlaySettings(seed, seconds)) for seed, seconds in ((5, 4.0), (6, 9.0))]
    said: list[tuple[str, float]] = []
    there = Workers(2, no_detector).play(jobs, lambda name, s: said.append((name, s)))
    here = play_here(jobs, lambda *_: None)
    assert [compared(one) for one in there] == [compared(one) for one in here]
    assert said[-1] == ("walk", 13.0)


def test_a_refused_job_does_not_end_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *_: object) -> None:
        raise CalibrationError(f"{name} is not known")

    monkeypatch.setattr(workers, "play", partial(refuse, "its floor"))
    job = PlayJob(load_scenario("counting"), "passage-1", PlaySettings(seconds=2.0))
    assert (
        play_here([job, job], lambda *_: None) == [RefusedJob("counting, passage-1: its floor is not known")] * 2
    )
