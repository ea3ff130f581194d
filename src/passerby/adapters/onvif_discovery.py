"""ONVIF cameras in the local network: WS-Discovery, a probe by multicast and the answers to it."""

from __future__ import annotations

import re
import socket
import time
import uuid
from dataclasses import dataclass
from urllib.parse import unquote

from passerby.contracts.errors import InputError

GROUP = ("239.255.255.250", 3702)
# An answer is one datagram; more cameras than this are not listed.
MOST_BYTES, MOST_CAMERAS = 16384, 1000
_PROBE = (
    '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header><w:MessageID>uuid:{}</w:MessageID>'
    "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
    "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
    "<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"
)
_XADDRS = re.compile(rb"<(?:[\w-]+:)?XAddrs[^>]*>([^<]{1,2000})</")
_SCOPE = re.compile(rb"onvif://www\.onvif\.org/(name|hardware)/([^\s<]{1,200})")


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """An answer: address of the ONVIF service, and what the camera calls itself."""

    url: str
    name: str
    hardware: str


def discover(seconds: float = 3.0, group: tuple[str, int] = GROUP) -> tuple[FoundCamera, ...]:
    """Return the cameras that answer within `seconds`, by address.

    Raises InputError if this machine cannot send to the network.
    """
    found: dict[str, FoundCamera] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        try:
            probe.sendto(_PROBE.format(uuid.uuid4()).encode(), group)
        except OSError as error:
            why = f"no probe could be sent ({error.strerror}); check the network of this machine"
            raise InputError(why) from None
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0 and len(found) < MOST_CAMERAS:
            probe.settimeout(left_s)
            try:
                answer, _ = probe.recvfrom(MOST_BYTES)
            except TimeoutError:
                break
            camera = camera_in(answer)
            if camera is not None:
                found[camera.url] = camera
    return tuple(found[url] for url in sorted(found))


def camera_in(answer: bytes) -> FoundCamera | None:
    """Return the camera of an answer; None if it names no address of HTTP."""
    addresses = _XADDRS.search(answer)
    words = addresses.group(1).decode("utf-8", "replace").split() if addresses else []
    url = next((word for word in words if word.startswith(("http://", "https://"))), None)
    if url is None:
        return None
    scopes = {kind.decode(): unquote(value.decode("utf-8", "replace")) for kind, value in _SCOPE.findall(answer)}
    return FoundCamera(url, scopes.get("name", ""), scopes.get("hardware", ""))
