"""Starts, stops, freezes and kills the test camera of rtsp_server.py."""

from __future__ import annotations

import functools
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from passerby.evals.ports import free_port
from support.video import write

SERVER = Path(__file__).with_name("rtsp_server.py")
SYSTEM_PYTHON = "/usr/bin/python3"
NEEDS = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"


@functools.cache
def missing() -> str | None:
    """Why no test camera can run here, None if one can."""
    if shutil.which(SYSTEM_PYTHON) is None:
        return f"there is no {SYSTEM_PYTHON} to run GStreamer's RTSP server with"
    found = subprocess.run([SYSTEM_PYTHON, "-c", NEEDS], capture_output=True, check=False)
    return "GStreamer's RTSP server is not installed (see CONTRIBUTING)" if found.returncode else None


# How `support.video.write` makes what the camera sends.
FORMATS: dict[str, dict[str, str]] = {
    "h264": {"format": "h264"},
    "mjpeg": {"format": "mjpeg", "codec": "mjpeg", "pix_fmt": "yuvj420p"},
}


@dataclass
class TestCamera:
    """One RTSP camera, by default on loopback; frames are `support.video` greys, key frame every 10."""

    __test__ = False
    video: Path
    fps: int = 25
    user: tuple[str, str] | None = None
    transport: str = "tcp+udp"
    port: int = field(default_factory=free_port)
    address: str = "127.0.0.1"
    _process: subprocess.Popen[str] | None = None

    def url(self, user: str | None = None, path: str = "cam") -> str:
        """Its address; `user` is "name:password"."""
        return f"rtsp://{user + '@' if user else ''}{self.address}:{self.port}/{path}"

    def start(self) -> Self:
        """Serve; returns once it listens."""
        of = (str(self.video), self.address, str(self.port), str(self.fps), self.transport)
        command = [SYSTEM_PYTHON, str(SERVER), *of, *(self.user or ())]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            self.kill()
            raise RuntimeError(f"the test camera did not start: {' '.join(command)}")
        return self

    def freeze(self) -> None:
        """Fall silent with the connection open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Be gone at once; harmless if it is."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


@contextmanager
def rtsp_camera(
    folder: Path,
    user: tuple[str, str] | None = None,
    wh: tuple[int, int] = (64, 48),
    *,
    transport: str = "tcp+udp",
    codec: str = "h264",
) -> Iterator[TestCamera]:
    """A running camera, gone at the end. Skips the test where GStreamer is not installed."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    video = write(folder / f"camera.{codec}", 100, wh=wh, **FORMATS[codec])  # type: ignore[arg-type]
    camera = TestCamera(video, user=user, transport=transport)
    try:
        yield camera.start()
    finally:
        camera.kill()
