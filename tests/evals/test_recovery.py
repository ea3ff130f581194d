"""The link that fails on request, and the report of recoveries."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from passerby.evals.faulty_link import KINDS, FaultyLink
from passerby.evals.recovery_suite import Recovery, recovery_report
from support.waiting import PATIENCE_S, until


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that sends back what it gets."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

    def answer(client: socket.socket) -> None:
        with client, suppress(OSError):
            while data := client.recv(1000):
                client.sendall(data)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield int(server.getsockname()[1])


def asked(port: int, timeout_s: float = PATIENCE_S) -> bytes:
    """What comes back through the link; b"" if the connection ended or nothing came."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as client:
            client.sendall(b"hello")
            return client.recv(1000)
    except OSError:
        return b""


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_fails_and_passes_again(echo: int, kind: str) -> None:
    with closing(FaultyLink(echo)) as link:
        assert asked(link.port_here) == b"hello"
        link.begin(kind)
        until(lambda: asked(link.port_here, 0.3) != b"hello")
        link.end()
        until(lambda: asked(link.port_here, 1.0) == b"hello")


def test_closing_twice(echo: int) -> None:
    link = FaultyLink(echo)
    link.close()
    link.close()
    assert asked(link.port_here, 1.0) == b""


@pytest.mark.parametrize(
    ("found", "verdicts", "why"),
    [
        ([Recovery("silent", 8.0, 3.0, 11.0, 1)] * 30, ["reached", "reached", "reached"], "all is well"),
        ([Recovery("silent", 8.0, 11.0, 19.0, 1)] * 30, ["missed", "reached", "reached"], "too slow"),
        ([Recovery("reset", 8.0, None, 60.0, 1)], ["not measured", "missed", "reached"], "it never came back"),
        ([Recovery("closed", 8.0, 2.0, 10.0, 2)], ["reached", "reached", "missed"], "two incidents"),
    ],
)
def test_the_report_judges(found: list[Recovery], verdicts: list[str], why: str) -> None:
    report = recovery_report(found, 1, ())
    assert [aim.verdict for aim in report.aims] == verdicts, why
    assert sum(int(row[1]) for row in report.tables[0].rows) == len(found)  # type: ignore[arg-type]
