"""Simulated cameras that are drawn while they are served, each with a motorised lens and an ONVIF device."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from passerby.app.clock import SystemClock
from passerby.app.demo_live import FPS
from passerby.app.simulated_camera import SimulatedCamera, SimulatedView
from passerby.pixels.frame import U8, RawFrame
from passerby.sim.encoder import Codec
from passerby.sim.live import LiveStream
from passerby.sim.motor import MotorLens
from passerby.sim.onvif_device import DeviceStream, SimulatedDevice
from passerby.sim.serve import RtspServer
from passerby.sim.station import Station


@dataclass(frozen=True, slots=True)
class LiveCamera:
    """Addresses of a served camera: its stream, and its ONVIF service with the login."""

    rtsp: str
    onvif: str


@contextmanager
def live_cameras(
    station: Station, sizes_px: dict[str, tuple[int, int]], folder: Path, port: int, codec: Codec = "h264"
) -> Iterator[tuple[RtspServer, dict[str, LiveCamera]]]:
    """Serve cameras on 127.0.0.1; yields the server and the addresses by camera.

    sizes_px: of the pictures, by camera. Raises UsageError without GStreamer or the extra `onvif`, InputError if
    the server does not start.
    """
    # Cameras draw in turns, so that drawing takes one core at most.
    pencil, lenses, streams = threading.Lock(), {name: MotorLens() for name in sizes_px}, list[LiveStream]()
    for name, size_px in sizes_px.items():
        view = SimulatedView(station, name, size_px, FPS, focus_m=lenses[name].focus_at)
        camera = SimulatedCamera(view, name, SystemClock(), pencil)
        streams.append(LiveStream(name, _Pictures(camera), folder, size_px, FPS, codec))
    with ExitStack() as stack:
        server = stack.enter_context(RtspServer(streams, folder, port))
        found = {}
        for stream in streams:
            stack.enter_context(stream)
            name, uri = stream.camera, server.urls[stream.camera]
            named = DeviceStream("main", sizes_px[name], round(FPS), uri)
            device = stack.enter_context(SimulatedDevice(lenses[name], (named,)))
            found[name] = LiveCamera(uri, device.address)
        yield server, found


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The pictures of a camera when they are due."""

    camera: SimulatedCamera

    def __call__(self, stop: threading.Event) -> Iterator[U8]:
        """See Pictures."""
        return (one.bgr for one in self.camera.frames(stop) if isinstance(one, RawFrame))
