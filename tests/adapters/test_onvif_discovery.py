"""WS-Discovery: a camera answers, garbage does not stop the search."""

from __future__ import annotations

import socket
import threading

import pytest

from passerby.adapters.onvif_discovery import FoundCamera, camera_in, discover

ANSWER = (
    b"<e:Envelope><e:Body><d:ProbeMatches><d:ProbeMatch><d:Scopes>onvif://www.onvif.org/name/North%20gate "
    b"onvif://www.onvif.org/hardware/X1 onvif://www.onvif.org/type/ptz</d:Scopes>"
    b"<d:XAddrs>http://10.0.0.7:8000/onvif/device_service http://[fe80::1]/onvif</d:XAddrs>"
    b"</d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"
)
CAMERA = FoundCamera("http://10.0.0.7:8000/onvif/device_service", "North gate", "X1")


def test_cameras_are_found_and_garbage_is_ignored() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.bind(("127.0.0.1", 0))

        def answer() -> None:
            probe, sender = device.recvfrom(4096)
            assert b"NetworkVideoTransmitter" in probe
            for reply in (b"\x00" * 100, b"<a>", ANSWER, ANSWER):
                device.sendto(reply, sender)

        thread = threading.Thread(target=answer)
        thread.start()
        assert discover(1.0, device.getsockname()) == (CAMERA,)
        thread.join()


ODD = [(b"", "nothing"), (b"<d:XAddrs>ftp://x</d:XAddrs>", "no HTTP"), (b"<d:XAddrs>" + b"h" * 5000, "endless")]


@pytest.mark.parametrize(("answer", "why"), ODD, ids=[case[1] for case in ODD])
def test_an_answer_without_an_address_names_no_camera(answer: bytes, why: str) -> None:
    assert camera_in(answer) is None, why
