from __future__ import annotations

import sys
from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.contracts.events import CameraHealth, CameraStatus
from passerby.evals.soak_suite import Sample, soak, soak_report
from passerby.store.results import ResultsStore

MIN_S = 60


def health(state: CameraStatus, window_s: float, fps: float) -> CameraHealth:
    return CameraHealth("c1", 0.0, None, window_s, state, fps, 3, 0, 40.0 if fps else None, None)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    with ResultsStore(tmp_path / "out") as store:
        for one in (health(CameraStatus.LIVE, 60, 8.0), health(CameraStatus.LIVE, 60, 6.0)):
            store.write_records([one])
        store.write_records([health(CameraStatus.DOWN, 30, 0.0)])
    return tmp_path / "out"


def verdicts(samples: list[Sample], out: Path) -> dict[str, str]:
    return {aim.key: aim.verdict for aim in soak_report(samples, out, ()).aims}


def over(minutes: int, mb: float, grows_mb: float = 0.0) -> list[Sample]:
    """A sample a minute; the memory grows evenly by so much."""
    return [Sample(n * MIN_S, mb + grows_mb * n / minutes) for n in range(minutes + 1)]


@pytest.mark.parametrize(
    ("samples", "memory", "growth", "why"),
    [
        (over(120, 500), "reached", "reached", "level"),
        (over(120, 500, 60), "reached", "missed", "it grows by more than 16 MB from minute 27 to minute 112"),
        (over(120, 500, 15), "reached", "reached", "it grows by less"),
        (over(120, 601), "missed", "reached", "too much"),
        (over(30, 500, 60), "reached", "not measured", "too short to tell of growth"),
    ],
)
def test_memory_against_its_limits(samples: list[Sample], memory: str, growth: str, why: str, out: Path) -> None:
    assert verdicts(samples, out) == {"soak.memory": memory, "soak.growth": growth}, why


def test_what_the_cameras_delivered(out: Path) -> None:
    memory, cameras = soak_report(over(12, 500), out, ()).tables
    assert memory.rows == (("0 to 5 min", 500.0), ("5 to 10 min", 500.0), ("10 to 15 min", 500.0))
    assert cameras.rows == (("c1", 7.0, 9, 40.0, 0.5),)


def test_a_program_is_watched_and_stopped(tmp_path: Path) -> None:
    shares = list[float]()
    program = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done"]
    samples = soak(program, tmp_path / "log", 4.0, shares.append)
    assert len(samples) == len(shares) > 1
    assert samples[-1].rss_mb > 0


def test_a_program_that_ends_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ended by itself with 3; its log: too hot"):
        soak([sys.executable, "-c", "print('too hot'); raise SystemExit(3)"], tmp_path / "log", 10_000.0)
