"""Over real HTTP."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import httpx2 as httpx
import pytest

from passerby.console import slow_clients
from passerby.console.server import WebServer
from passerby.contracts.errors import UsageError
from passerby.contracts.settings import ConsoleSettings
from support.consoles import PASSWORD, ConsoleStage
from support.waiting import PATIENCE_S, until


def test_the_console_over_http(stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    with WebServer(stage.app, ConsoleSettings(), port=0) as server:
        assert server.address == f"http://127.0.0.1:{server.port}/"
        with httpx.Client(base_url=server.address, timeout=PATIENCE_S) as browser:
            assert browser.get("/healthz").text == "ok"
            assert browser.post("/login", data={"name": "anna", "password": PASSWORD}).status_code == 303
            answer = browser.get("/")
            assert "Riverside" in answer.text
            assert "server" not in answer.headers
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.address)
    until(lambda: "console" not in [thread.name for thread in threading.enumerate()])


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


def test_https_with_certificate_files(stage: ConsoleStage, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: apt-get install openssl")
    pem, key = tmp_path / "a.pem", tmp_path / "a.key"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([*made, "-keyout", key, "-out", pem, *subject], check=True, capture_output=True)
    stage.account("anna", "operator")
    settings = ConsoleSettings(certificate=str(pem), key=str(key))
    with WebServer(stage.app, settings, port=0) as server:
        assert server.address.startswith("https://")
        trusted = ssl.create_default_context(cafile=str(pem))
        with httpx.Client(base_url=server.address, verify=trusted, timeout=PATIENCE_S) as browser:
            answer = browser.post("/login", data={"name": "anna", "password": PASSWORD})
            assert "secure" in answer.headers["set-cookie"].lower()
            assert browser.get("/").status_code == 200


FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n"
HALF_A_FORM = b"POST /login HTTP/1.1\r\nHost: a\r\n" + FORM + b"na"


@pytest.mark.parametrize("begun", [b"", b"GET /healthz HTTP/1.1\r\nHost: a", HALF_A_FORM])
def test_a_request_that_does_not_arrive_is_ended(
    begun: bytes, stage: ConsoleStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_clients, "REQUEST_S", 0.2)
    with WebServer(stage.app, ConsoleSettings(), port=0, most=2) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as slow:
            slow.sendall(begun)
            with suppress(ConnectionResetError):
                assert slow.recv(1) == b""
        monkeypatch.undo()  # a busy machine may take longer for a whole request
        assert httpx.get(f"{server.address}healthz", timeout=PATIENCE_S).text == "ok"


def test_an_answer_may_take_longer_than_a_request(stage: ConsoleStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "REQUEST_S", 1.0)
    feed = stage.app.state.services.feed
    cookies = dict(stage.logged_in("operator").cookies)
    with (
        WebServer(stage.app, ConsoleSettings(), port=0) as server,
        httpx.Client(cookies=cookies, timeout=PATIENCE_S) as browser,
    ):
        with browser.stream("GET", f"{server.address}api/v1/stream") as answer:
            over = threading.Timer(2.0, feed.close)
            over.start()
            assert b"".join(answer.iter_bytes()) is not None
        over.join()
        assert browser.get(f"{server.address}healthz").text == "ok"


@pytest.mark.parametrize(("proxies", "is_believed"), [(("127.0.0.1",), True), (("10.0.0.9",), False), ((), False)])
def test_only_a_trusted_proxy_is_believed(
    stage: ConsoleStage, proxies: tuple[str, ...], is_believed: bool
) -> None:
    stage.account("anna", "operator")
    claims = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7"}
    with WebServer(stage.app, ConsoleSettings(trusted_proxies=proxies), port=0) as server:
        url = f"{server.address}login"
        with httpx.Client(timeout=PATIENCE_S) as client:
            answer = client.post(url, data={"name": "anna", "password": PASSWORD}, headers=claims)
            assert ("secure" in answer.headers["set-cookie"].lower()) == is_believed
            for _ in range(6):
                client.post(url, data={"name": "anna", "password": "a wrong password"}, headers=claims)
            elsewhere = client.post(url, data={"name": "anna", "password": PASSWORD})
    assert (elsewhere.status_code == 303) == is_believed  # the failures were those of the address that was claimed
