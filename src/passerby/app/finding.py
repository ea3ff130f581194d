"""Finds cameras in the network for a person who adds one in the console."""

from __future__ import annotations

from urllib.parse import urlsplit

from passerby.adapters.onvif_camera import OnvifCamera, OnvifLogin
from passerby.adapters.onvif_discovery import discover
from passerby.config.cameras_edit import with_login
from passerby.contracts.errors import UsageError
from passerby.contracts.new_camera import CameraLogin, FoundDevice, FoundStream

WAIT_S = 3.0


class NetworkCameras:
    """See CameraFinder in console/ports.py."""

    def devices(self) -> tuple[FoundDevice, ...]:
        """See there."""
        return tuple(FoundDevice(one.url, one.name, one.hardware) for one in discover(WAIT_S))

    def streams(self, address: str, login: CameraLogin) -> tuple[FoundStream, ...]:
        """See there."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError("write the address of the ONVIF service, for example http://10.0.0.7/onvif")
        with OnvifCamera(OnvifLogin.of(with_login(address, login))) as camera:
            found = camera.profiles()
        return tuple(FoundStream(one.name, one.encoding, one.picture_wh, one.fps, one.uri) for one in found)
