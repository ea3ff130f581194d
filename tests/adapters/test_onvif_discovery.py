"""WS-Discovery: a camera answers, garbage does not stop the search."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace

import pytest

from passerby.adapters import onvif_discovery
from passerby.adapters.onvif_discovery import FoundCamera, camera_in, discover
from support.waiting import PATIENCE_S

ANSWER = (
    b"<e:Envelope><e:Body><d:ProbeMatches><d:ProbeMatch><d:Scopes>onvif://www.onvif.org/name/North%20gate "
    b"onvif://www.onvif.org/hardware/X1 onvif://www.onvif.org/type/ptz</d:Scopes>"
    b"<d:XAddrs>http://10.0.0.7:8000/onvif/device_service http://[fe80::1]/onvif</d:XAddrs>"
    b"</d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"
)
CAMERA = FoundCamera("http://10.0.0.7:8000/onvif/device_service", "North gate", "X1")


def test_cameras_are_found_and_garbage_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onvif_discovery, "MOST_CAMERAS", 2)  # so that the search ends with the second one
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.bind(("127.0.0.1", 0))

        def answer() -> None:
            probe, sender = device.recvfrom(4096)
            assert b"NetworkVideoTransmitter" in probe
            for reply in (b"\x00" * 100, b"<a>", ANSWER, ANSWER, ANSWER.replace(b"10.0.0.7", b"10.0.0.8")):
                device.sendto(reply, sender)

        thread = threading.Thread(target=answer)
        thread.start()
        other = replace(CAMERA, url=CAMERA.url.replace("10.0.0.7", "10.0.0.8"))
        assert discover(PATIENCE_S, device.getsockname()) == (CAMERA, other)
        thread.join()


def test_a_search_without_an_answer_ends_after_its_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        assert discover(0.01, silent.getsockname()) == ()


ODD = [(b"", "nothing"), (b"<d:XAddrs>ftp://x</d:XAddrs>", "no HTTP"), (b"<d:XAddrs>" + b"h" * 5000, "endless")]


@pytest.mark.parametrize(("answer", "why"), ODD, ids=[case[1] for case in ODD])
def test_an_answer_without_an_address_names_no_camera(answer: bytes, why: str) -> None:
    assert camera_in(answer) is None, why
