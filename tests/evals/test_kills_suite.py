from __future__ import annotations

import sys
from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.evals.kills_suite import Death, Plan, Survival, kill_again_and_again, kills_report
from support import unit

PLAN = Plan(times=3, longest_s=2.0, seed=1)
SOUND = Survival((Death(False, 1.0, 5, 1, 0, ()),) * 3, 15, 0, 0, 0, (), 0)


def missed(found: Survival) -> set[str]:
    return {aim.key for aim in kills_report(found, PLAN, ()).aims if aim.verdict == "missed"}


def test_a_unit_that_is_sound_survives(tmp_path: Path) -> None:
    out, shares = tmp_path / "out", list[float]()
    command = [sys.executable, unit.__file__, str(out)]
    found = kill_again_and_again(command, out, tmp_path / "log", PLAN, shares.append)
    assert shares == [1 / 3, 2 / 3, 1.0]
    assert found.events > 0
    assert missed(found) == set()


def test_a_unit_that_ends_by_itself_is_no_measurement(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no such camera'); raise SystemExit(3)"]
    with pytest.raises(UsageError, match="ended by itself with 3; its log: no such camera"):
        kill_again_and_again(command, tmp_path / "out", tmp_path / "log", Plan(1, 10_000.0, 1))


@pytest.mark.parametrize(
    ("found", "key"),
    [
        (SOUND, None),
        (Survival(SOUND.deaths, 0, 0, 0, 0, (), 0), "kills.events"),
        (Survival(SOUND.deaths, 15, 1, 0, 0, (), 0), "kills.lost"),
        (Survival(SOUND.deaths, 15, 0, 1, 0, (), 0), "kills.doubled"),
        (Survival(SOUND.deaths, 15, 0, 0, 1, (), 0), "kills.open"),
        (Survival((Death(False, 1.0, 5, 1, 0, ("torn",)),), 15, 0, 0, 0, (), 0), "kills.damaged"),
        (Survival(SOUND.deaths, 15, 0, 0, 0, ("missing",), 0), "kills.disorder"),
        (Survival(SOUND.deaths, 15, 0, 0, 0, (), 1), "kills.tracebacks"),
    ],
)
def test_each_fault_misses_its_limit(found: Survival, key: str | None) -> None:
    assert missed(found) == ({key} if key else set())


def test_the_report_names_seed_commit_and_machine() -> None:
    settings = dict(kills_report(SOUND, PLAN, (("cameras", "1"),)).settings)
    assert settings["seed"] == "1"
    assert {"kills", "moments", "cameras", "commit", "machine"} < set(settings)
