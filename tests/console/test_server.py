"""Over real HTTP."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import httpx2 as httpx
import pytest

from passerby.console.server import WebServer
from passerby.contracts.errors import UsageError
from passerby.contracts.settings import ConsoleSettings
from support.consoles import PASSWORD, ConsoleStage


def test_the_console_over_http(stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    with WebServer(stage.app, ConsoleSettings(), port=0) as server:
        assert server.address == f"http://127.0.0.1:{server.port}/"
        with httpx.Client(base_url=server.address) as browser:
            assert browser.get("/healthz").text == "ok"
            assert browser.post("/login", data={"name": "anna", "password": PASSWORD}).status_code == 303
            answer = browser.get("/")
            assert "Riverside" in answer.text
            assert "server" not in answer.headers
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.address)
    assert "console" not in [thread.name for thread in threading.enumerate()]


def test_an_address_in_use_is_one_sentence(stage: ConsoleStage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1:{port} .*in use.*--no-console"):
            WebServer(stage.app, ConsoleSettings(), port=port)


def test_a_certificate_that_cannot_be_read_is_one_sentence(stage: ConsoleStage, tmp_path: Path) -> None:
    settings = ConsoleSettings(certificate=str(tmp_path / "none.pem"), key=str(tmp_path / "none.key"))
    with pytest.raises(UsageError, match="certificate"):
        WebServer(stage.app, settings, port=0)
    assert "console" not in [thread.name for thread in threading.enumerate()]
