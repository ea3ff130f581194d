"""`passerby report` asks a running unit and says what was written."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from passerby.app.actor import actor
from passerby.app.results import recorded
from passerby.app.stopping import stop_on_signals
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.cameras import camera_folder
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms, utc_text
from support import stage
from support.stored import HEALTH


@contextmanager
def a_unit(folder: Path, *cameras: str, silent: str = "") -> Iterator[ResultsStore]:
    """A folder in use by this process, which answers the request for the cameras that are not silent."""
    asked, over = threading.Event(), threading.Event()
    with ResultsStore(folder) as store, stop_on_signals(threading.Event(), report=asked):
        store.write(lambda c: audit.record(c, actor(), Act.STARTED, "unit.yaml", "sha256 0"))
        store.write_records([replace(HEALTH, camera=camera, utc=utc_text(now_ms() - 5000)) for camera in cameras])

        def answer() -> None:
            while not asked.wait(0.05):
                if over.is_set():
                    return
            for camera in set(cameras) - {silent}:
                page = camera_folder(folder, camera) / "report.html"
                page.parent.mkdir(parents=True)
                with recorded(page, folder, camera, "report", store.record_file):
                    page.write_text("<html></html>")

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield store
        finally:
            over.set()
            thread.join()


def test_it_waits_for_the_report_of_each_camera_and_names_it(tmp_path: Path) -> None:
    with a_unit(tmp_path, "a", "hall") as store:
        answer = stage.command("report", tmp_path, "--json")
        with store.reading() as connection:
            acts = [(row.entry.act, row.entry.what) for row in audit.rows(connection)]
    assert answer.code == 0, answer.err
    pages = {name: str(camera_folder(tmp_path, name) / "report.html") for name in ("a", "hall")}
    assert json.loads(answer.out) == {"written": pages, "missing": []}
    assert acts == [("started", "unit.yaml"), ("requested", "reports")]


def test_a_camera_that_writes_none_is_named(tmp_path: Path) -> None:
    with a_unit(tmp_path, "a", "hall", silent="hall"):
        answer = stage.command("report", tmp_path, "--wait", 2)
    assert answer.code == 4
    assert answer.out.split() == ["a", str(camera_folder(tmp_path, "a") / "report.html")]
    assert "hall: no report within 2 s" in answer.err


def test_a_unit_without_pictures_writes_none(tmp_path: Path) -> None:
    with a_unit(tmp_path):
        answer = stage.command("report", tmp_path, "--wait", 0.2)
    assert answer.code == 4
    assert "no report within 0.2 s; passerby health" in answer.err


def test_without_a_running_unit_it_names_the_last_report(tmp_path: Path) -> None:
    with ResultsStore(tmp_path):
        assert stage.command("report", tmp_path).err.startswith("passerby: no unit is running"), "an analysis runs"
    (tmp_path / "report.html").write_text("<html></html>")
    answer = stage.command("report", tmp_path)
    assert answer.code == 2
    assert f"1 report of the last run: {tmp_path / 'report.html'}" in answer.err
