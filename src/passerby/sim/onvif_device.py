"""An ONVIF device of the simulation: the real WSDLs, WS-UsernameToken over HTTP, and a motorised lens.

It listens on 127.0.0.1 only, and needs the packages of the extra `onvif`.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from passerby.contracts.errors import UsageError
from passerby.contracts.focus import FocusDrive
from passerby.sim.onvif_answers import SERVICES, lens_moves, moment, service_list, video_profile

USER, PASSWORD = "operator", "simulated"
# A login whose time differs by more from the device's is refused, seconds.
SKEW_S = 5.0
_WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
_WSU = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
_WORD = re.compile(r"(?=[A-Z])")  # GetStatus is answered by _get_status
_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_FAULT = (
    f'<s:Envelope xmlns:s="{_SOAP}"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason>'
    '<s:Text xml:lang="en">{}</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>'
)


@dataclass(frozen=True, slots=True)
class DeviceStream:
    """A stream that the device names: its profile's name, size, rate and RTSP address."""

    name: str
    size_px: tuple[int, int]
    fps: int
    uri: str


class SimulatedDevice:
    """A device on a free port, for a with block.

    password: of the user USER. offset_s: of its clock. Raises UsageError without the extra `onvif`.
    """

    def __init__(
        self, lens: FocusDrive, streams: Sequence[DeviceStream], password: str = PASSWORD, offset_s: float = 0.0
    ) -> None:
        self.lens, self._streams = lens, streams
        self._password, self._offset = password, timedelta(seconds=offset_s)
        self._operations = _operations()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> SimulatedDevice:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """The address for `onvif` in a configuration, with the login."""
        return f"http://{USER}:{self._password}@127.0.0.1:{self.port}"

    def answer(self, request: bytes) -> tuple[int, bytes]:
        """Return the HTTP status and the envelope for a request."""
        from lxml import etree

        envelope = etree.fromstring(request)
        (element,) = envelope.find(f"{{{_SOAP}}}Body")
        name = etree.QName(element).localname
        if name != "GetSystemDateAndTime" and not self.accepts(envelope):
            return 400, _FAULT.format("Sender not authorized: ter:NotAuthorized").encode()
        handler = getattr(self, _WORD.sub("_", name).lower(), None)
        if handler is None:
            return 400, _FAULT.format("not implemented: ter:ActionNotSupported").encode()
        reply = self._operations[element.tag].output.serialize(**handler(element))
        return 200, etree.tostring(reply.content)

    def accepts(self, envelope: Any) -> bool:
        """Return whether the login of a request is right."""
        token = envelope.find(f".//{_WSSE}UsernameToken")
        if token is None:
            return False
        made = token.findtext(f"{_WSU}Created")
        age = datetime.fromisoformat(made.replace("Z", "+00:00")) - (datetime.now(UTC) + self._offset)
        nonce = base64.b64decode(token.findtext(f"{_WSSE}Nonce"))
        secret = nonce + made.encode() + self._password.encode()
        # The digest of WS-UsernameToken is SHA-1.
        digest = base64.b64encode(hashlib.sha1(secret, usedforsecurity=False).digest()).decode()
        is_right = token.findtext(f"{_WSSE}Username") == USER and token.findtext(f"{_WSSE}Password") == digest
        return is_right and abs(age.total_seconds()) <= SKEW_S

    def _get_system_date_and_time(self, _: Any) -> dict[str, Any]:
        return {"SystemDateAndTime": moment(datetime.now(UTC) + self._offset)}

    def _get_services(self, _: Any) -> dict[str, Any]:
        return {"Service": service_list(self.port)}

    def _get_device_information(self, _: Any) -> dict[str, Any]:
        about = (
            ("Manufacturer", "Simulated"),
            ("Model", "Lens 1"),
            ("FirmwareVersion", "1.2"),
            ("SerialNumber", "7"),
        )
        return {**dict(about), "HardwareId": "x"}

    def _get_profiles(self, _: Any) -> dict[str, Any]:
        return {"Profiles": [video_profile(one.name, *one.size_px, one.fps) for one in self._streams]}

    def _get_stream_uri(self, request: Any) -> dict[str, Any]:
        token = request.findtext("{http://www.onvif.org/ver10/media/wsdl}ProfileToken")
        uri = next(one.uri for one in self._streams if token == f"profile-{one.name}")
        lasting = {"InvalidAfterConnect": False, "InvalidAfterReboot": False, "Timeout": timedelta(0)}
        return {"MediaUri": {"Uri": uri, **lasting}}

    def _get_service_capabilities(self, _: Any) -> dict[str, Any]:
        return {"Capabilities": {"Network": {}, "Security": {}, "System": {}, "Misc": {}}}

    def _get_options(self, _: Any) -> dict[str, Any]:
        return {"ImagingOptions": {"Focus": {"AutoFocusModes": ["MANUAL"]}}}

    def _get_move_options(self, _: Any) -> dict[str, Any]:
        return {"MoveOptions": lens_moves(self.lens)}

    def _get_status(self, _: Any) -> dict[str, Any]:
        now = self.lens.status()
        moves = "MOVING" if now.is_moving else "IDLE"
        return {"Status": {"FocusStatus20": {"Position": now.position, "MoveStatus": moves, "Error": now.error}}}

    def _move(self, request: Any) -> dict[str, Any]:
        self.lens.move_to(float(request.findtext(".//{*}Position")))
        return {}

    def _stop(self, _: Any) -> dict[str, Any]:
        self.lens.stop()
        return {}


@functools.cache
def _operations() -> dict[str, Any]:
    """The operations of all services by their request; reading the WSDLs takes seconds."""
    try:
        import onvif
        import zeep
    except ImportError:
        raise UsageError(
            "a simulated ONVIF device needs further packages: pip install 'passerby[onvif]'"
        ) from None
    client: Any = zeep.Client
    wsdl, found = Path(onvif.__file__).parent / "wsdl", {}
    for file, _ in SERVICES.values():
        for binding in client(str(wsdl / file)).wsdl.bindings.values():
            for operation in binding._operations.values():
                found[operation.input.body.qname.text] = operation
    return found


def _handler(device: SimulatedDevice) -> type[BaseHTTPRequestHandler]:
    class SoapHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            status, body = device.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/soap+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    return SoapHandler
