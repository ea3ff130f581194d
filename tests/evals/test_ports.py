from __future__ import annotations

import socket

import pytest

from passerby.evals import ports
from passerby.evals.ports import free_port


def test_ports_differ_and_no_outgoing_connection_is_given_one() -> None:
    found = [free_port() for _ in range(100)]
    assert len(set(found)) == 100
    assert max(found) < 32_768, "the first of those that Linux gives"


def test_a_port_in_use_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, free = free_port(), free_port()
    monkeypatch.setattr(ports, "_PORTS", iter((taken, free)))
    with socket.create_server(("127.0.0.1", taken)):
        assert free_port() == free
