"""The link that fails on request, and the report of recoveries."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from passerby.evals.faulty_link import KINDS, SOFT, FaultyLink
from passerby.evals.process_figures import ProcessFigures, growth_mb, process_figures
from passerby.evals.recovery_report import FaultRun, Recovery, recovery_report
from passerby.evals.recovery_suite import shares_of
from support.waiting import PATIENCE_S, until

# The link passes whole answers of RTSP.
HELLO = b"hello\r\n\r\n"


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
            client.sendall(HELLO)
            return client.recv(1000)
    except OSError:
        return b""


@pytest.mark.parametrize("kind", sorted({*KINDS} - SOFT))
def test_a_link_fails_and_passes_again(echo: int, kind: str) -> None:
    with closing(FaultyLink(echo)) as link:
        assert asked(link.port_here) == HELLO
        link.begin(kind)
        until(lambda: asked(link.port_here, 0.2) != HELLO)
        link.end()
        until(lambda: asked(link.port_here, 1.0) == HELLO)


def test_closing_twice(echo: int) -> None:
    link = FaultyLink(echo)
    link.close()
    link.close()
    assert asked(link.port_here, 1.0) == b""


@pytest.mark.parametrize(
    ("found", "missed", "why"),
    [
        ([Recovery("silent", 8.0, 3.0, 11.0, 1)] * 30, set(), "all is well"),
        ([Recovery("silent", 8.0, 11.0, 19.0, 1)] * 30, {"recovery.p95"}, "too slow"),
        ([Recovery("reset", 8.0, None, 60.0, 1)], {"recovery.never"}, "it never came back"),
        ([Recovery("closed", 8.0, 2.0, 10.0, 2)], {"recovery.incidents"}, "two incidents"),
        ([Recovery("closed", 8.0, 2.0, 10.0, 0)], {"recovery.incidents"}, "an outage without an incident"),
        ([Recovery("lossy", 8.0, 0.1, 1.0, 0)], set(), "pictures went on in spite of lost packets"),
    ],
)
def test_the_report_judges(found: list[Recovery], missed: set[str], why: str) -> None:
    report = recovery_report(FaultRun(found), ())
    assert {aim.key for aim in report.aims if aim.verdict == "missed"} == missed, why
    assert sum(int(row[1]) for row in report.tables[0].rows) == len(found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "missed", "why"),
    [
        (ProcessFigures(100.0, 40, 90), set(), "as before"),
        (ProcessFigures(100.0, 41, 90), {"recovery.threads"}, "a thread is left over"),
        (ProcessFigures(100.0, 40, 99), {"recovery.descriptors"}, "sockets are left over"),
    ],
)
def test_what_a_fault_leaves_open_is_seen(after: ProcessFigures, missed: set[str], why: str) -> None:
    report = recovery_report(FaultRun(before=ProcessFigures(100.0, 40, 90), after=after), ())
    assert {aim.key for aim in report.aims if aim.verdict == "missed"} == missed, why


@pytest.mark.parametrize(
    ("samples_mb", "growth", "why"),
    [
        ([10.0] * 59, None, "too short to say"),
        ([*[5.0] * 25, *[10.0] * 75], 0.0, "the first quarter loads libraries"),
        ([float(mb) for mb in range(100)], 50.0, "it grows by 1 MB per sample"),
    ],
)
def test_the_growth_of_memory(samples_mb: list[float], growth: float | None, why: str) -> None:
    assert growth_mb(samples_mb) == growth, why


def test_an_open_socket_is_counted() -> None:
    def is_counted() -> bool:
        before = process_figures()
        with socket.create_server(("127.0.0.1", 0)):
            return process_figures().descriptors == before.descriptors + 1

    until(is_counted)  # a connection of an earlier test may end meanwhile


@pytest.mark.parametrize(("times", "cameras"), [(42, 16), (3, 16), (500, 16), (1, 1)])
def test_every_camera_has_a_fault_and_every_kind_its_share(times: int, cameras: int) -> None:
    shares = shares_of(times, cameras)
    kinds = [kind for share in shares for kind in share]
    assert len(shares) == cameras
    assert all(shares)
    assert max(kinds.count(kind) for kind in KINDS) - min(kinds.count(kind) for kind in KINDS) <= 1
