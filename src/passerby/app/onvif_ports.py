"""The ONVIF connections of a running unit: to a lens for a refocus, and to the reports of a camera."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from passerby.adapters.onvif_camera import OnvifCamera, OnvifLogin, OnvifProfile
from passerby.adapters.onvif_focus import OnvifFocus
from passerby.adapters.onvif_preset import OnvifPreset
from passerby.adapters.onvif_tampering import LASTS_S, WAIT_S, OnvifTampering
from passerby.contracts.config import Camera
from passerby.contracts.errors import InputError
from passerby.contracts.focus import FocusDrive
from passerby.unit.camera_watch import CameraReport


@contextmanager
def onvif_lens(camera: Camera) -> Iterator[FocusDrive]:
    """Connect to the lens of a camera that has `onvif` in its configuration; see Lens."""
    with _opened(camera) as device:
        yield OnvifFocus(device, _profile(device, camera).source)


@contextmanager
def onvif_reports(camera: Camera) -> Iterator[OnvifReports]:
    """Connect to the reports of a camera that has `onvif` in its configuration; see Connect."""
    with _opened(camera) as device:
        yield OnvifReports(device, camera)


class OnvifReports:
    """A CameraReports."""

    def __init__(self, device: OnvifCamera, camera: Camera) -> None:
        assert camera.onvif is not None
        self._device, preset = device, camera.onvif.preset
        self._preset = OnvifPreset(device, _profile(device, camera).token, preset) if preset else None
        self._wants_events = camera.onvif.events
        self._events: OnvifTampering | None = None
        self._until_s = 0.0

    def next(self) -> CameraReport:
        """See CameraReports."""
        faults = self._faults() if self._wants_events else frozenset[str]()
        if not self._wants_events:
            time.sleep(1.0)
        return CameraReport(faults, self._preset is not None and not self._preset.is_there())

    def _faults(self) -> frozenset[str]:
        if self._events is None or time.monotonic() >= self._until_s:
            self._events = OnvifTampering(self._device)
            self._until_s = time.monotonic() + LASTS_S - 4 * WAIT_S
        return self._events.pull()


@contextmanager
def _opened(camera: Camera) -> Iterator[OnvifCamera]:
    assert camera.onvif is not None
    with OnvifCamera(OnvifLogin.of(camera.onvif.address)) as device:
        yield device


def _profile(device: OnvifCamera, camera: Camera) -> OnvifProfile:
    """Return the profile of the camera's stream; of a device with one lens, any."""
    profiles, path = device.profiles(), urlsplit(camera.source).path
    if not profiles:
        raise InputError(f"camera {camera.name} has no stream; check its ONVIF settings")
    return next((one for one in profiles if urlsplit(one.uri).path == path), profiles[0])
