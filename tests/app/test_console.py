from __future__ import annotations

import logging
import re
import socket
from pathlib import Path

import httpx2 as httpx
import pytest

from passerby.app.console import serving
from passerby.contracts.settings import ConsoleSettings
from passerby.evals.ports import free_port
from passerby.store.results import ResultsStore
from support.consoles import StubControl, StubInbox, StubLive, StubStatus
from support.waiting import PATIENCE_S


class _Source(StubStatus):
    live = StubLive()
    departures = StubInbox()
    control = StubControl(StubStatus())


def test_a_unit_serves_its_console_and_prints_the_token_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings = ConsoleSettings(port=free_port())
    with ResultsStore(tmp_path) as store, serving(_Source(), store, tmp_path, settings):
        address = f"http://127.0.0.1:{settings.port}"
        assert httpx.get(f"{address}/readyz", timeout=PATIENCE_S).text == "ok"
        token = re.search(r"/setup with token (\S+)", caplog.text)
        assert token is not None
        form = {"token": token[1], "name": "Ada", "password": "long enough", "again": "long enough"}
        assert httpx.post(f"{address}/setup", data=form, timeout=PATIENCE_S).status_code == 303
    caplog.clear()
    with ResultsStore(tmp_path) as store, serving(_Source(), store, tmp_path, settings):
        assert "token" not in caplog.text


def test_a_port_in_use_costs_the_console_and_not_the_analysis(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = ConsoleSettings(port=other.getsockname()[1])
        with ResultsStore(tmp_path) as store, serving(_Source(), store, tmp_path, settings):
            assert "the unit runs without it" in caplog.text


def test_without_settings_nothing_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("passerby.console.server.WebServer")
    with ResultsStore(tmp_path) as store, serving(_Source(), store, tmp_path, None) as announce:
        assert announce is None
