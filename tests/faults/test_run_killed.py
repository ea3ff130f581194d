"""kill -9 during `run` at random moments: no event is lost or doubled, and what was filmed can be seen.

A moment is a number of events and some milliseconds more, so that it comes wherever the machine is fast or slow.
"""

from __future__ import annotations

import json
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from passerby.camera.tally import ACCOUNT_EVERY_S
from passerby.store.connect import reading
from passerby.store.events import open_incidents
from passerby.store.queries import querying
from passerby.store.results import DATABASE
from support import figures, stage
from support.figures import MAGENTA, YELLOW, Figure, film
from support.living import assert_nobody_shown, assert_whole, camera_of, never_ended, starts, whole_lines
from support.stage import program
from support.waiting import ended, until

TRIES, MORE_TRIES = 3, 3
NEW_EVENTS = 8
CROSSES = Figure(MAGENTA, tuple((1.5 * n, 60 if n % 2 else 260, 200) for n in range(400)))
INTRUDES = Figure(YELLOW, ((0.3, 160, 120), (600.0, 165, 120)), height=40)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return figures.model(tmp_path_factory.mktemp("model") / "colours.onnx")


def killed(unit: Path, out: Path, log: Path, new: int, after_s: float) -> list[bytes]:
    """Run until there are `new` more events and `after_s` more, kill it; return the lines it had written whole."""
    before = len(whole_lines(out))
    with program("run", unit, "--out", out, log=log) as child:
        until(lambda: len(whole_lines(out)) >= before + new)
        time.sleep(after_s)
        child.kill()
        assert child.wait() == -signal.SIGKILL, "it must have been killed, not have failed"
    return whole_lines(out)


def stopped(unit: Path, out: Path, log: Path) -> list[dict[str, Any]]:
    """Run once more and stop it as it should be; return every event."""
    before = starts(out, "intrusion")
    with program("run", unit, "--out", out, log=log) as child:
        until(lambda: starts(out, "intrusion") > before)  # pictures come, what was left open is ended before
        child.send_signal(signal.SIGTERM)
        assert ended(child) == 0
    return assert_whole(out)


def left_open(out: Path) -> set[str]:
    with reading(out / DATABASE) as connection:
        return {event.id for event in open_incidents(connection)}


def kill_again_and_again(unit: Path, folder: Path, tries: int, seed: int) -> None:
    chance, out, log = random.Random(seed), folder / "out", folder / "log"
    open_at_death: set[str] = set()
    for _ in range(tries):
        acknowledged = killed(unit, out, log, chance.randint(1, NEW_EVENTS), chance.uniform(0.0, 0.1))
        open_at_death |= left_open(out)
        assert_nobody_shown(out)
        kept = whole_lines(out)
        assert kept[: len(acknowledged)] == acknowledged
    lines = whole_lines(out)
    events = stopped(unit, out, log)
    assert set(lines) - set(whole_lines(out)) == set(), "nothing acknowledged is lost"
    assert len(set(whole_lines(out))) == len(whole_lines(out)), "nothing is there twice"
    assert never_ended(out) == left_open(out) == set()
    by_restart = {e["id"] for e in events if {"name": "ended_by", "value": "restart"}.items() <= _why(e).items()}
    assert by_restart == open_at_death != set()
    assert assert_nobody_shown(out) > 0
    assert "Traceback" not in log.read_text()


def _why(event: dict[str, Any]) -> dict[str, Any]:
    last: dict[str, Any] = event["measures"][-1] if event["measures"] else {}
    return last


def test_killed_at_random_moments(model: Path, tmp_path: Path) -> None:
    video = film(tmp_path / "v.mp4", (CROSSES, INTRUDES), 90.0)
    unit = stage.unit(tmp_path / "unit.yaml", {"source": str(video)}, model=str(model))
    kill_again_and_again(unit, tmp_path, TRIES, seed=20260301)


def test_the_ledger_of_a_killed_run_lacks_ten_seconds_at_most(model: Path, tmp_path: Path) -> None:
    fps, video = 10, film(tmp_path / "v.mp4", (CROSSES, INTRUDES), 90.0)
    unit, out = stage.unit(tmp_path / "unit.yaml", {"source": str(video)}, model=str(model)), tmp_path / "out"
    lines = killed(unit, out, tmp_path / "log", new=40, after_s=0.0)
    seconds = max(json.loads(line)["at_s"] for line in lines)
    with querying(out / DATABASE) as queries:
        counted = sum(day.frames_in for day in queries.days())
    assert seconds > 1.5 * ACCOUNT_EVERY_S
    assert counted > fps * (seconds - ACCOUNT_EVERY_S) - 1


@pytest.mark.slow
@pytest.mark.rtsp
@pytest.mark.timeout(600)
def test_killed_at_random_moments_before_a_real_camera(model: Path, tmp_path: Path) -> None:
    with camera_of(tmp_path / "c.h264", (CROSSES, INTRUDES), 30.0) as served:
        unit = stage.unit(tmp_path / "unit.yaml", {"source": served.url(), "analysis_fps": 10}, model=str(model))
        kill_again_and_again(unit, tmp_path, MORE_TRIES, seed=7)
