"""Cameras of a scenario as RTSP streams on 127.0.0.1: rendered and encoded once, then served as endless loops.

Serving a loop takes little processor time, so any number of cameras runs in real time; rendering takes most of the
time before the start. A live stream is rendered while it is served.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from passerby.contracts.errors import InputError, UsageError
from passerby.sim.encoder import TICKS, Codec, encoder_of
from passerby.sim.live import LiveStream
from passerby.sim.station import Station

HOST = "127.0.0.1"
SCRIPT = Path(__file__).with_name("rtsp_server.py")
READY_S = 20
PACKAGES = (
    "python3-gi gir1.2-gst-rtsp-server-1.0 gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-base "
    "gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-rtsp"
)


@dataclass(frozen=True, slots=True)
class EncodedLoop:
    """One camera's frames as access units in a file, and their index beside it."""

    camera: str
    codec: Codec
    data: Path
    index: Path
    frames: int
    seconds: float


def encode_loop(
    station: Station, camera: str, folder: Path, seconds: float, *,
    codec: Codec = "h264", size_px: tuple[int, int] | None = None, progress: Callable[[int], None] | None = None,
) -> EncodedLoop:  # fmt: skip
    """Render and encode `seconds` of a camera, a key frame every second. Frame times are kept in the index."""
    model = station.model(camera)
    encoder = encoder_of(codec, size_px or model.size_px, model.fps, max(1, round(model.fps)))
    units: list[tuple[int, int, int, bool]] = []
    data = folder / f"{camera}.{codec}"
    with data.open("wb") as out:

        def keep(packets: list[av.Packet[Any]]) -> None:
            for packet in packets:
                units.append((out.tell(), packet.size, round((packet.pts or 0) * 1e9 / TICKS), packet.is_keyframe))
                out.write(bytes(packet))

        for number, (sent_s, bgr, _) in enumerate(station.frames(camera, seconds, size_px=size_px), start=1):
            frame = av.VideoFrame.from_ndarray(bgr, format="bgr24")
            frame.pts, frame.time_base = round(sent_s * TICKS), Fraction(1, TICKS)
            keep(encoder.encode(frame))
            if progress is not None:
                progress(number)
        keep(encoder.encode(None))
    if not units:
        raise UsageError(f"{camera}: the scenario has no frame within {seconds:g} s; give more --seconds")
    index = data.with_suffix(".json")
    index.write_text(json.dumps({"units": units, "length_ns": round(seconds * 1e9)}), encoding="utf-8")
    return EncodedLoop(camera, codec, data, index, len(units), seconds)


def find_python() -> str:
    """Return a Python that can run the RTSP server. Raises UsageError naming the missing packages."""
    probe = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    for python in (sys.executable, "/usr/bin/python3"):
        with suppress(OSError, subprocess.TimeoutExpired):
            if subprocess.run([python, "-c", probe], capture_output=True, timeout=30, check=False).returncode == 0:
                return python
    raise UsageError(
        f"GStreamer's RTSP server is not installed: apt-get install --no-install-recommends {PACKAGES}"
    )


class RtspServer:
    """The server as a child process, for a with block. port 0 selects a free one. Listens on 127.0.0.1 only."""

    def __init__(self, loops: Sequence[EncodedLoop | LiveStream], folder: Path, port: int = 8554) -> None:
        mounts = [{"path": f"/{one.camera}", "codec": one.codec, **_files(one)} for one in loops]
        self._manifest = folder / "manifest.json"
        self._manifest.write_text(json.dumps({"port": port, "mounts": mounts}), encoding="utf-8")
        self._cameras = [loop.camera for loop in loops]
        self.port = port

    def __enter__(self) -> RtspServer:
        self._child = subprocess.Popen(
            [find_python(), "-u", str(SCRIPT), str(self._manifest)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._child.stdout is not None
        word = self._child.stdout.readline().split()
        if word[:1] != ["ready"]:
            _, said = self._child.communicate(timeout=READY_S)
            raise InputError(f"the RTSP server did not start: {said.strip().splitlines()[-1:] or 'no output'}")
        self.port = int(word[1])
        return self

    @property
    def urls(self) -> dict[str, str]:
        """Address of every camera."""
        return {camera: f"rtsp://{HOST}:{self.port}/{camera}" for camera in self._cameras}

    def wait(self) -> int:
        """Block until the server ends; its exit code."""
        return self._child.wait()

    def __exit__(self, *_: object) -> None:
        assert self._child.stdin is not None
        with suppress(OSError):
            self._child.stdin.close()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        for pipe in (self._child.stdout, self._child.stderr):
            if pipe is not None:
                pipe.close()


def _files(stream: EncodedLoop | LiveStream) -> dict[str, str]:
    if isinstance(stream, LiveStream):
        return {"pipe": str(stream.pipe)}
    return {"data": str(stream.data), "index": str(stream.index)}
