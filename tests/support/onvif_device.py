"""The ONVIF device of the simulation with quirks of real devices, events of tampering, and a motor that pans."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree

from passerby.contracts.focus import FocusDrive
from passerby.sim.onvif_device import USER, DeviceStream, SimulatedDevice

__all__ = ["PASSWORD", "USER", "OnvifDevice"]

PASSWORD = "s3cret"
SCHEMA = "{http://www.onvif.org/ver10/schema}"
# A lens that moves continuously at speed 1 is so much further at each look: the test does not depend on the time.
STEP = 0.005
STREAMS = (
    DeviceStream("sub", (640, 360), 8, "rtsp://127.0.0.1:8554/profile-sub"),
    DeviceStream("main", (1920, 1080), 25, "rtsp://127.0.0.1:8554/profile-main"),
)


class OnvifDevice(SimulatedDevice):
    """A device on a free port of the loopback interface.

    offset_s: of its clock; a login with a time more than 5 s from it is refused. quirks: "relative" (no absolute
    moves), "continuous" (only moves without an end), "fixed" (no motor), "slow" (each status takes 50 ms),
    "endless" (a move never ends), "elsewhere" (it reports a wrong position), "refuses" (every login after
    the first move), "one push" and "automatic" (it focuses by itself, to own_focus).
    tampering: topics of the present faults. position: of the motor that pans. modes: of
    the autofocus that were set.
    """

    def __init__(self, lens: FocusDrive, offset_s: float = 0.0, quirks: str = "") -> None:
        super().__init__(lens, STREAMS, PASSWORD, offset_s)
        self._quirks = quirks
        self.tampering: set[str] = set()
        self._sent: dict[str, bool] = {}
        self.position, self.moves, self.speed = 0.2, 0, 0.0
        self.own_focus, self.modes = 0.0, list[str]()

    def __enter__(self) -> OnvifDevice:
        super().__enter__()
        return self

    def accepts(self, envelope: Any) -> bool:
        """See the device of the simulation."""
        return not (self._quirks == "refuses" and self.moves > 0) and super().accepts(envelope)

    def _get_move_options(self, request: Any) -> dict[str, Any]:
        low, high = self.lens.limits
        if self._quirks == "fixed":
            return {"MoveOptions": {}}
        if self._quirks == "relative":
            way = {"Min": -0.7 * (high - low), "Max": 0.7 * (high - low)}
            return {"MoveOptions": {"Relative": {"Distance": way, "Speed": {"Min": 0, "Max": 1}}}}
        if self._quirks == "continuous":
            return {"MoveOptions": {"Continuous": {"Speed": {"Min": -5, "Max": 5}}}}
        return super()._get_move_options(request)

    def _get_status(self, request: Any) -> dict[str, Any]:
        if "ptz" in request.tag:
            return {"PTZStatus": {"Position": self._at(self.position), "UtcTime": datetime.now(UTC)}}
        if self._quirks == "slow":
            time.sleep(0.05)
        if self.speed:
            self._go(self.speed * STEP)
        answer = super()._get_status(request)
        if self.moves and self._quirks == "endless":
            answer["Status"]["FocusStatus20"]["MoveStatus"] = "MOVING"
        if self.moves and self._quirks == "elsewhere":
            answer["Status"]["FocusStatus20"]["Position"] = -5.0
        return answer

    def _get_presets(self, _: Any) -> dict[str, Any]:
        return {"Preset": [{"Name": "platform", "token": "1", "PTZPosition": self._at(0.2)}]}

    def _at(self, pan: float) -> dict[str, Any]:
        return {"PanTilt": {"x": pan, "y": 0.1}, "Zoom": {"x": 0.0}}

    def _create_pull_point_subscription(self, _: Any) -> dict[str, Any]:
        self._sent = {}
        address = {"Address": {"_value_1": f"http://127.0.0.1:{self.port}/onvif/pull"}}
        return {
            "SubscriptionReference": address,
            **_lasting(),
        }

    def _pull_messages(self, _: Any) -> dict[str, Any]:
        changed = {topic: topic in self.tampering for topic in (*self.tampering, *self._sent)}
        news = {topic: state for topic, state in changed.items() if self._sent.get(topic) is not state}
        self._sent |= news
        return {"NotificationMessage": [_message(topic, state) for topic, state in news.items()], **_lasting()}

    def _move(self, request: Any) -> dict[str, Any]:
        self.moves += 1
        distance, speed = (request.findtext(f".//{SCHEMA}{name}") for name in ("Distance", "Speed"))
        if request.findtext(f".//{SCHEMA}Position") is not None:
            return super()._move(request)
        if distance is not None:
            self._go(float(distance))
        else:
            self.speed = float(speed)
        return {}

    def _go(self, distance: float) -> None:
        """Move by a distance, at most to the end of the travel."""
        low, high = self.lens.limits
        self.lens.move_to(min(max(low, (self.lens.status().position or 0.0) + distance), high))

    def _get_service_capabilities(self, request: Any) -> dict[str, Any]:
        answer = super()._get_service_capabilities(request)
        if self._quirks == "one push":
            answer["Capabilities"]["Misc"] = {"AuxiliaryCommands": ["tt:Wiper|On", "tt:OnePushFocus"]}
        return answer

    def _get_options(self, request: Any) -> dict[str, Any]:
        if self._quirks != "automatic":
            return super()._get_options(request)
        return {"ImagingOptions": {"Focus": {"AutoFocusModes": ["AUTO", "MANUAL"]}}}

    def _send_auxiliary_command(self, request: Any) -> dict[str, Any]:
        assert request.findtext(".//{*}AuxiliaryCommand") == "tt:OnePushFocus"
        self.lens.move_to(self.own_focus)
        return {}

    def _set_imaging_settings(self, request: Any) -> dict[str, Any]:
        self.modes.append(request.findtext(".//{*}AutoFocusMode"))
        if self.modes[-1] == "AUTO":
            self.lens.move_to(self.own_focus)
        return {}

    def _stop(self, request: Any) -> dict[str, Any]:
        self.speed = 0.0
        return super()._stop(request)


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
