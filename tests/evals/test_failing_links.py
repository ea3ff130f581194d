from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from passerby.evals import failing_links
from passerby.evals.failing_links import LINK_KINDS, FailingLinks

ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"


class Answering(socketserver.BaseRequestHandler):
    """Answers each connection once."""

    def handle(self) -> None:
        self.request.sendall(ANSWER)


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a camera."""
    with socketserver.TCPServer(("127.0.0.1", 0), Answering) as camera:
        thread = threading.Thread(target=camera.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"rtsp://127.0.0.1:{camera.server_address[1]}/camera-1?channel=1"
        camera.shutdown()
        thread.join()


def test_a_link_has_the_path_of_the_camera_and_passes_its_answer(server: str) -> None:
    with closing(FailingLinks(1)) as links:
        address = urlsplit(links.address("camera-1", server))
        assert (address.path, address.query) == ("/camera-1", "channel=1")
        assert address.port != urlsplit(server).port
        with socket.create_connection(("127.0.0.1", address.port or 0), timeout=10) as connection:
            assert connection.recv(100) == ANSWER


def test_each_kind_of_fault_is_made_in_turn_and_ends(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failing_links, "SHORTEST_S", 0.0)
    monkeypatch.setattr(failing_links, "LONGEST_S", 0.001)
    with closing(FailingLinks(1)) as links:
        address = urlsplit(links.address("camera-1", server))
        links.begin(0.002)
        while links.made.total() < 2 * len(LINK_KINDS):
            threading.Event().wait(0.001)
    assert set(links.made) == set(LINK_KINDS)
    assert max(links.made.values()) - min(links.made.values()) <= 1
    with pytest.raises(OSError, match=r".+"):
        socket.create_connection(("127.0.0.1", address.port or 0), timeout=10)
