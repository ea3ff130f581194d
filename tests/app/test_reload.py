"""`passerby reload` checks first, and finds the unit by its lock."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

from passerby.app.actor import actor
from passerby.app.stopping import stop_on_signals
from passerby.store import audit
from passerby.store.results import ResultsStore
from support import stage
from support.waiting import PATIENCE_S


def test_a_running_unit_is_reported(tmp_path: Path) -> None:
    config = stage.unit(tmp_path / "unit.yaml", {"source": "rtsp://127.0.0.1:9/none"})
    reload = threading.Event()
    with ResultsStore(tmp_path) as store, stop_on_signals(threading.Event(), reload=reload):
        answer = stage.command("reload", config, "--out", tmp_path)
        assert reload.wait(PATIENCE_S), signal.SIGHUP
        with store.reading() as connection:
            (row,) = audit.rows(connection)
    assert (row.entry.actor, row.entry.act, row.entry.what) == (actor(), "requested", "unit.yaml")
    assert answer.code == 0
    assert "reloads" in answer.out


def test_without_a_running_unit_it_says_so(tmp_path: Path) -> None:
    config = stage.unit(tmp_path / "unit.yaml", {"source": "rtsp://127.0.0.1:9/none"})
    answer = stage.command("reload", config, "--out", tmp_path)
    assert answer.code == 2
    assert f"no unit is running in {tmp_path}" in answer.err


def test_an_invalid_configuration_reaches_no_unit(tmp_path: Path) -> None:
    config = stage.unit(tmp_path / "unit.yaml", {"source": "rtsp://127.0.0.1:9/none", "fps": 3})
    answer = stage.command("reload", config, "--out", tmp_path)
    assert answer.code == 2
    assert "fps" in answer.err
