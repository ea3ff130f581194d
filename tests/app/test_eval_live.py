from __future__ import annotations

import json
from pathlib import Path

import pytest

from passerby.evals.faulty_link import KINDS
from support.rtsp import missing
from support.stage import command

SMALL = ("--loop", 10, "--width", 320, "--cameras", 1)


@pytest.fixture(autouse=True)
def _needs_a_server() -> None:
    reason = missing()
    if reason:
        pytest.skip(reason)


def keys(path: Path) -> dict[str, str]:
    (report,) = json.loads(path.read_text("utf-8"))
    assert {"commit", "scenario", "cameras"} < set(report["settings"])
    return {aim["key"]: aim["verdict"] for aim in report["aims"]}


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_unit_before_cameras_is_killed_and_nothing_is_lost(tmp_path: Path) -> None:
    out, keep = tmp_path / "kills.json", tmp_path / "keep"
    answer = command("eval", "kills", "--times", 1, "--longest", 10, *SMALL, "--keep", keep, "--json", out)
    assert answer.code == 0, answer.err
    assert set(keys(out).values()) == {"reached"}
    assert (keep / "results" / "events.jsonl").is_file()


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_unit_before_cameras_runs_for_a_while(tmp_path: Path) -> None:
    out = tmp_path / "soak.json"
    answer = command("eval", "soak", "--hours", 0.01, "--faults-every", 12, *SMALL, "--json", out)
    assert answer.code == 0, answer.err
    growth = dict.fromkeys(("soak.growth", "soak.threads", "soak.descriptors"), "not measured")
    assert keys(out) == {"soak.memory": "reached", "soak.disk": "reached", **growth}
    (report,) = json.loads(out.read_text("utf-8"))
    assert report["settings"]["faults of links"].endswith("seed 1")


@pytest.mark.rtsp
@pytest.mark.slow
def test_cameras_recover_from_every_fault_and_leave_nothing_open(tmp_path: Path) -> None:
    out, kinds = tmp_path / "recovery.json", len(KINDS)
    answer = command("eval", "recovery", "--times", kinds, "--cameras", kinds, "--loop", 4, "--json", out)
    (report,) = json.loads(out.read_text("utf-8"))
    verdicts = {aim["key"]: aim["verdict"] for aim in report["aims"]}
    assert len(report["tables"][0]["rows"]) == kinds + 1, "each kind, and all at once"
    # How soon is a matter of the machine; a run of a minute is too short for the growth of memory.
    kept = ("recovery.never", "recovery.threads", "recovery.descriptors")
    assert {key: verdicts[key] for key in kept} == dict.fromkeys(kept, "reached"), answer.err
