"""The commands in the pages run: on a short recording and its results, under the names that the pages use."""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from passerby.contracts.events import EvidenceFile
from passerby.store.results import ResultsStore
from support.stage import command
from support.stored import EVENT
from test_pages import PAGES, ROOT, commands

# First words of a command, and the reason why it is only parsed here.
NOT_RUN = {
    "run": "until it is stopped: tests/app/test_run.py",
    "reload": "needs a running unit: tests/app/test_reload.py",
    "report": "needs a running unit: tests/app/test_report.py",
    "doctor": "its answer depends on the machine: tests/app/doctor",
    "calibrate": "needs minutes of walking people: tests/app/test_calibrate.py",
    "models pull": "downloads: tests/app/test_models.py",
    "sim serve": "until it is stopped: tests/sim",
    "sim day": "renders hours: tests/sim",
    "sim render day-5": "needs such a day: tests/sim",
    "eval sim": "minutes: tests/evals",
    "eval day": "minutes: tests/evals",
    "centre": "needs PostgreSQL: tests/app/test_centre.py, tests/centre",
    "fleet": "needs PostgreSQL: tests/app/test_fleet.py, tests/centre",
    "outbox": "needs a destination with waiting events: tests/app/test_outbox.py",
}
FOLDERS = ("results", "passerby-data", "before", "DIR", "results-with-rules", "centre")
SHORT = {"sim render": ("--seconds", "1", "--width", "320")}
ASK_FOR_A_PASSWORD = ("users add", "users password")
NAMES = {
    "ID": "e1",
    "unit/data": "results",  # of `run`
    "station-data": "results",
    "station.yaml": "unit.yaml",
    "/var/lib/passerby": "passerby-data",
    "/etc/passerby/unit.yaml": "unit.yaml",
    "2026-04-15": f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}",
}


def why_not(words: tuple[str, ...]) -> str | None:
    """The reason why a command is not run; None if it is."""
    line = " ".join(words)
    return next((why for first, why in NOT_RUN.items() if f"{line} ".startswith(f"{first} ")), None)


def adapted(words: tuple[str, ...]) -> tuple[str, ...]:
    """The command with names of this stage, and as short as possible."""
    known = [NAMES.get(word, word) for word in words]
    if words[0] == "restore":
        known[-1] = "restored"
    first = " ".join(words[:2])
    return (*known, *SHORT.get(first, ()), *(("--password-stdin",) if first in ASK_FOR_A_PASSWORD else ()))


RUN = {
    str(page.relative_to(ROOT)): run
    for page in PAGES
    if (run := [words for words in commands(page) if why_not(words) is None])
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording, its configuration, and its results with one still."""
    folder = tmp_path_factory.mktemp("stage")
    render = ("sim", "render", "track-intruder", "--seconds", "2", "--width", "320", "--out", folder)
    assert command(*render).code == 0
    shutil.copy(folder / "video.mp4", folder / "platform.mp4")
    done = command("analyze", folder / "video.mp4", "--config", folder / "unit.yaml", "--out", folder / FOLDERS[0])
    assert done.code == 0, done.err
    with ResultsStore(folder / FOLDERS[0]) as store:
        still = folder / FOLDERS[0] / "stills/e1.jpg"
        still.parent.mkdir(exist_ok=True)
        still.write_bytes(b"a still")
        store.write_records([replace(EVENT, kind="loitering")])
        store.record_file(EvidenceFile("stills/e1.jpg", "e1", "platform-1", "still", "ab" * 32, 7))
    for name in FOLDERS[1:]:
        shutil.copytree(folder / FOLDERS[0], folder / name)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN)
def test_the_commands_of_a_page_run(
    page: str, stage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    shutil.copytree(stage, here)
    monkeypatch.chdir(here)
    for words in RUN[page]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery\n"))
        done = command(*adapted(words))
        assert done.code == 0, f"passerby {' '.join(words)}: {done.err}"


def test_most_commands_are_run() -> None:
    assert sum(map(len, RUN.values())) > 50
    assert why_not(("run", "unit.yaml")) is not None
    assert why_not(("sim", "list")) is None
