from __future__ import annotations

import sys
from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.contracts.events import CameraHealth, CameraStatus
from passerby.evals.process_figures import ProcessFigures
from passerby.evals.soak_suite import MOST_MB, Sample, SoakPlan, soak, soak_report
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


def plan(out: Path, seconds: float = 0.0) -> SoakPlan:
    return SoakPlan(seconds, MOST_MB, out, out / "log")


def verdicts(samples: list[Sample], out: Path) -> dict[str, str]:
    return {aim.key: aim.verdict for aim in soak_report(samples, plan(out), ()).aims}


def over(minutes: int, mb: float, grows_mb: float = 0.0, more: int = 0, disk_mb: float = 9.0) -> list[Sample]:
    """A sample a minute; memory, and threads and descriptors, grow evenly by so much."""
    parts = [(n, n / minutes) for n in range(minutes + 1)]
    return [
        Sample(
            n * MIN_S, ProcessFigures(mb + grows_mb * part, 40 + int(more * part), 50 + int(more * part)), disk_mb
        )
        for n, part in parts
    ]


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
    found = verdicts(samples, out)
    assert (found["soak.memory"], found["soak.growth"]) == (memory, growth), why


@pytest.mark.parametrize(
    ("samples", "verdict", "why"),
    [
        (over(120, 500), "reached", "level"),
        (over(120, 500, more=4), "reached", "one recording more"),
        (over(120, 500, more=16), "missed", "one for each camera remains"),
        (over(30, 500, more=16), "not measured", "too short to tell of growth"),
    ],
)
def test_threads_and_descriptors_do_not_grow(samples: list[Sample], verdict: str, why: str, out: Path) -> None:
    found = verdicts(samples, out)
    assert (found["soak.threads"], found["soak.descriptors"]) == (verdict, verdict), why


def test_the_disk_has_a_limit(out: Path) -> None:
    assert verdicts(over(60, 500, disk_mb=2048), out)["soak.disk"] == "reached"
    assert verdicts(over(60, 500, disk_mb=2049), out)["soak.disk"] == "missed"


def test_what_the_cameras_delivered(out: Path) -> None:
    process, cameras = soak_report(over(12, 500), plan(out), ()).tables
    spans = ("0 to 5 min", "5 to 10 min", "10 to 15 min")
    assert process.rows == tuple((span, 500.0, 40, 50, 9.0) for span in spans)
    assert cameras.rows == (("c1", 7.0, 9, 40.0, 0.5),)


def test_a_program_is_watched_and_stopped(tmp_path: Path) -> None:
    shares = list[float]()
    program = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done"]
    (tmp_path / "kept").write_bytes(bytes(3 * 1024 * 1024))
    samples = soak(program, plan(tmp_path, 4.0), shares.append)
    assert len(samples) == len(shares) > 1
    last = samples[-1]
    assert last.process.rss_mb > 0
    assert last.process.threads == 1
    assert last.process.descriptors >= 3
    assert 3.0 <= last.disk_mb < 3.1


def test_a_program_that_ends_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ended by itself with 3; its log: too hot"):
        soak([sys.executable, "-c", "print('too hot'); raise SystemExit(3)"], plan(tmp_path, 10_000.0))
