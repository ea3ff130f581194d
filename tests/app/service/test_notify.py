"""Messages to systemd, received on a socket as it opens one."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from passerby.app.service import notify
from passerby.app.service.notify import ServiceNotifier


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.setblocking(False)
        yield receiver


def received(manager: socket.socket) -> list[str]:
    found = []
    while True:
        try:
            found.append(manager.recv(4096).decode().splitlines()[0])
        except BlockingIOError:
            return found


def test_ready_and_stopping_are_sent(manager: socket.socket) -> None:
    notifier = ServiceNotifier({"NOTIFY_SOCKET": manager.getsockname()})
    notifier.ready()
    notifier.alive()  # no watchdog is set
    notifier.stopping()
    assert received(manager) == ["READY=1", "STOPPING=1"]


def test_life_is_sent_at_half_of_the_watchdogs_time(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(notify.time, "monotonic", lambda: now[0])
    notifier = ServiceNotifier({"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "60000000"})
    for now[0] in (0.0, 1.0, 29.9, 30.0, 31.0, 60.0):
        notifier.alive()
    assert received(manager) == ["WATCHDOG=1"] * 3


def test_a_watchdog_of_another_process_is_not_ours(manager: socket.socket) -> None:
    environment = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}
    ServiceNotifier(environment).alive()
    assert received(manager) == []


def test_an_abstract_address_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("\0passerby-test-notify")
        receiver.setblocking(False)
        ServiceNotifier({"NOTIFY_SOCKET": "@passerby-test-notify"}).ready()
        assert received(receiver) == ["READY=1"]


def test_without_a_manager_and_with_one_that_is_gone_the_work_continues(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    ServiceNotifier({}).ready()
    assert caplog.text == ""
    ServiceNotifier({"NOTIFY_SOCKET": str(tmp_path / "none")}).ready()
    assert "systemd cannot be notified" in caplog.text
