"""An ONVIF device: the real WSDLs, WS-UsernameToken over HTTP, a lens of the simulation, and quirks of devices."""

from __future__ import annotations

import base64
import functools
import hashlib
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import onvif
import zeep
from lxml import etree

from passerby.contracts.focus import FocusDrive

WSDL = Path(onvif.__file__).parent / "wsdl"
SERVICES = {
    "device": ("devicemgmt.wsdl", "http://www.onvif.org/ver10/device/wsdl"),
    "media": ("media.wsdl", "http://www.onvif.org/ver10/media/wsdl"),
    "imaging": ("imaging.wsdl", "http://www.onvif.org/ver20/imaging/wsdl"),
    "events": ("events.wsdl", "http://www.onvif.org/ver10/events/wsdl"),
    "ptz": ("ptz.wsdl", "http://www.onvif.org/ver20/ptz/wsdl"),
}
WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
WSU = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
SCHEMA = "{http://www.onvif.org/ver10/schema}"
FAULT = (
    f'<s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason>'
    '<s:Text xml:lang="en">{}</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>'
)
USER, PASSWORD = "operator", "s3cret"
# A lens that moves continuously at speed 1 is so much further at each look: the test does not depend on the time.
STEP = 0.005
ABOUT = ("Manufacturer", "Simulated"), ("Model", "Lens 1"), ("FirmwareVersion", "1.2"), ("SerialNumber", "7")


class OnvifDevice:
    """A device on a free port of the loopback interface.

    offset_s: of its clock; a login with a time more than 5 s from it is refused. quirks: "relative" (no absolute
    moves), "continuous" (only moves without an end), "fixed" (no motor), "slow" (each status takes 50 ms),
    "endless" (a move never ends), "elsewhere" (it tells a wrong position), "refuses" (every login after the first
    move), "one push" and "automatic" (it focuses by itself, to own_focus).
    tampering: topics of the present faults. position: of the motor that pans. modes: of
    the autofocus that were set.
    """

    def __init__(self, lens: FocusDrive, offset_s: float = 0.0, quirks: str = "") -> None:
        self._lens, self._quirks, self._offset = lens, quirks, timedelta(seconds=offset_s)
        self._operations = _operations()
        self.tampering: set[str] = set()
        self._told: dict[str, bool] = {}
        self.position, self.moves, self.speed = 0.2, 0, 0.0
        self.own_focus, self.modes = 0.0, list[str]()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> OnvifDevice:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: bytes) -> tuple[int, bytes]:
        """Return the HTTP status and the envelope for a request."""
        envelope = etree.fromstring(request)
        (element,) = envelope.find(f"{{{SOAP}}}Body")
        name = etree.QName(element).localname
        is_refusing = self._quirks == "refuses" and self.moves > 0
        if name != "GetSystemDateAndTime" and (is_refusing or not self._is_known(envelope)):
            return 400, FAULT.format("Sender not authorized: ter:NotAuthorized").encode()
        handler = getattr(self, f"_{name}", None)
        if handler is None:
            return 400, FAULT.format("not implemented: ter:ActionNotSupported").encode()
        reply = self._operations[element.tag].output.serialize(**handler(element))
        return 200, etree.tostring(reply.content)

    def _is_known(self, envelope: Any) -> bool:
        token = envelope.find(f".//{WSSE}UsernameToken")
        if token is None:
            return False
        made = token.findtext(f"{WSU}Created")
        age = datetime.fromisoformat(made.replace("Z", "+00:00")) - (datetime.now(UTC) + self._offset)
        nonce = base64.b64decode(token.findtext(f"{WSSE}Nonce"))
        digest = base64.b64encode(hashlib.sha1(nonce + made.encode() + PASSWORD.encode()).digest()).decode()
        is_right = token.findtext(f"{WSSE}Username") == USER and token.findtext(f"{WSSE}Password") == digest
        return is_right and abs(age.total_seconds()) <= 5

    def _GetSystemDateAndTime(self, _: Any) -> dict[str, Any]:
        now = datetime.now(UTC) + self._offset
        moment = {
            "Time": {"Hour": now.hour, "Minute": now.minute, "Second": now.second},
            "Date": {"Year": now.year, "Month": now.month, "Day": now.day},
        }
        told = {"DateTimeType": "NTP", "DaylightSavings": False, "UTCDateTime": moment}
        return {"SystemDateAndTime": told}

    def _GetServices(self, _: Any) -> dict[str, Any]:
        at, version = f"http://127.0.0.1:{self.port}/onvif/", {"Major": 20, "Minor": 12}
        listed = ((space, at + name) for name, (_, space) in SERVICES.items())
        return {"Service": [{"Namespace": space, "XAddr": url, "Version": version} for space, url in listed]}

    def _GetDeviceInformation(self, _: Any) -> dict[str, Any]:
        return {**dict(ABOUT), "HardwareId": "x"}

    def _GetProfiles(self, _: Any) -> dict[str, Any]:
        return {"Profiles": [_profile("sub", 640, 360, 8), _profile("main", 1920, 1080, 25)]}

    def _GetStreamUri(self, request: Any) -> dict[str, Any]:
        profile = request.findtext("{http://www.onvif.org/ver10/media/wsdl}ProfileToken")
        told = {"InvalidAfterConnect": False, "InvalidAfterReboot": False, "Timeout": timedelta(0)}
        return {"MediaUri": {"Uri": f"rtsp://127.0.0.1:8554/{profile}", **told}}

    def _GetMoveOptions(self, _: Any) -> dict[str, Any]:
        low, high = self._lens.limits
        span, speed = {"Min": low, "Max": high}, {"Min": 0, "Max": 1}
        if self._quirks == "fixed":
            return {"MoveOptions": {}}
        if self._quirks == "relative":
            way = {"Min": -0.7 * (high - low), "Max": 0.7 * (high - low)}
            return {"MoveOptions": {"Relative": {"Distance": way, "Speed": speed}}}
        if self._quirks == "continuous":
            return {"MoveOptions": {"Continuous": {"Speed": {"Min": -5, "Max": 5}}}}
        return {"MoveOptions": {"Absolute": {"Position": span, "Speed": speed}}}

    def _GetStatus(self, request: Any) -> dict[str, Any]:
        if "ptz" in request.tag:
            return {"PTZStatus": {"Position": self._at(self.position), "UtcTime": datetime.now(UTC)}}
        if self._quirks == "slow":
            time.sleep(0.05)
        if self.speed:
            self._go(self.speed * STEP)
        now = self._lens.status()
        moving = "MOVING" if now.is_moving or (self.moves and self._quirks == "endless") else "IDLE"
        position = -5.0 if self.moves and self._quirks == "elsewhere" else now.position
        return {"Status": {"FocusStatus20": {"Position": position, "MoveStatus": moving, "Error": now.error}}}

    def _GetPresets(self, _: Any) -> dict[str, Any]:
        return {"Preset": [{"Name": "platform", "token": "1", "PTZPosition": self._at(0.2)}]}

    def _at(self, pan: float) -> dict[str, Any]:
        return {"PanTilt": {"x": pan, "y": 0.1}, "Zoom": {"x": 0.0}}

    def _CreatePullPointSubscription(self, _: Any) -> dict[str, Any]:
        self._told = {}
        address = {"Address": {"_value_1": f"http://127.0.0.1:{self.port}/onvif/pull"}}
        return {
            "SubscriptionReference": address,
            **_lasting(),
        }

    def _PullMessages(self, _: Any) -> dict[str, Any]:
        changed = {topic: topic in self.tampering for topic in (*self.tampering, *self._told)}
        news = {topic: state for topic, state in changed.items() if self._told.get(topic) is not state}
        self._told |= news
        return {"NotificationMessage": [_message(topic, state) for topic, state in news.items()], **_lasting()}

    def _Move(self, request: Any) -> dict[str, Any]:
        self.moves += 1
        position, distance, speed = (
            request.findtext(f".//{SCHEMA}{name}") for name in ("Position", "Distance", "Speed")
        )
        if position is not None:
            self._lens.move_to(float(position))
        elif distance is not None:
            self._go(float(distance))
        else:
            self.speed = float(speed)
        return {}

    def _go(self, distance: float) -> None:
        """Move by a distance, at most to the end of the travel."""
        low, high = self._lens.limits
        self._lens.move_to(min(max(low, (self._lens.status().position or 0.0) + distance), high))

    def _GetServiceCapabilities(self, _: Any) -> dict[str, Any]:
        misc = {"AuxiliaryCommands": ["tt:Wiper|On", "tt:OnePushFocus"]} if self._quirks == "one push" else {}
        return {"Capabilities": {"Network": {}, "Security": {}, "System": {}, "Misc": misc}}

    def _GetOptions(self, _: Any) -> dict[str, Any]:
        modes = ["AUTO", "MANUAL"] if self._quirks == "automatic" else ["MANUAL"]
        return {"ImagingOptions": {"Focus": {"AutoFocusModes": modes}}}

    def _SendAuxiliaryCommand(self, request: Any) -> dict[str, Any]:
        assert request.findtext(".//{*}AuxiliaryCommand") == "tt:OnePushFocus"
        self._lens.move_to(self.own_focus)
        return {}

    def _SetImagingSettings(self, request: Any) -> dict[str, Any]:
        self.modes.append(request.findtext(".//{*}AutoFocusMode"))
        if self.modes[-1] == "AUTO":
            self._lens.move_to(self.own_focus)
        return {}

    def _Stop(self, _: Any) -> dict[str, Any]:
        self.speed = 0.0
        self._lens.stop()
        return {}


@functools.cache
def _operations() -> dict[str, Any]:
    """The operations of all services by their request; reading the WSDLs takes seconds."""
    found = {}
    for wsdl, _ in SERVICES.values():
        for binding in zeep.Client(str(WSDL / wsdl)).wsdl.bindings.values():
            for operation in binding._operations.values():
                found[operation.input.body.qname.text] = operation
    return found


def _lasting() -> dict[str, datetime]:
    now = datetime.now(UTC)
    return {"CurrentTime": now, "TerminationTime": now + timedelta(minutes=10)}


def _message(topic: str, state: bool) -> dict[str, Any]:
    text = (
        f'<tt:Message xmlns:tt="{SCHEMA[1:-1]}" UtcTime="2026-03-01T08:00:00Z" PropertyOperation="Changed">'
        '<tt:Source><tt:SimpleItem Name="Source" Value="source-1"/></tt:Source>'
        f'<tt:Data><tt:SimpleItem Name="State" Value="{str(state).lower()}"/></tt:Data></tt:Message>'
    )
    dialect = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"
    return {"Topic": {"_value_1": topic, "Dialect": dialect}, "Message": {"_value_1": etree.fromstring(text)}}


def _profile(name: str, w: int, h: int, fps: int) -> dict[str, Any]:
    address = {"Type": "IPv4", "IPv4Address": "0.0.0.0"}
    source = {"SourceToken": "source-1", "Bounds": {"x": 0, "y": 0, "width": w, "height": h}}
    encoder = {
        "Encoding": "H264",
        "Resolution": {"Width": w, "Height": h},
        "Quality": 5,
        "RateControl": {"FrameRateLimit": fps, "EncodingInterval": 1, "BitrateLimit": 2000},
        "Multicast": {"Address": address, "Port": 0, "TTL": 0, "AutoStart": False},
        "SessionTimeout": timedelta(seconds=60),
    }
    named = {"Name": "n", "UseCount": 1, "token": "t"}
    return {
        "Name": name,
        "token": f"profile-{name}",
        "VideoSourceConfiguration": {**named, **source},
        "VideoEncoderConfiguration": {**named, **encoder},
    }


def _handler(device: OnvifDevice) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
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

    return Handler
