"""A stand-alone RTSP server for encoded loops, on GStreamer's: run by a Python that has `gi`, as Debian's does.

    python3 rtsp_server.py MANIFEST.json

The manifest: {"port": 8554, "mounts": [{"path": "/name", "codec": "h264", "data": FILE, "index": FILE}]}.
An index: {"units": [[offset, size, time_ns, is_key], ...], "length_ns": length of the loop}.
Binds 127.0.0.1 only. Prints `ready` once it listens; ends when its standard input is closed.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

HOST = "127.0.0.1"
AHEAD_NS = 20_000_000


class Loop:
    """One camera's encoded frames and a clock that runs independent of clients."""

    def __init__(self, data: bytes, index: dict[str, Any], started_ns: int) -> None:
        self._data, self._units = data, index["units"]
        self._length_ns, self._started_ns = int(index["length_ns"]), started_ns
        self._keys = [k for k, unit in enumerate(self._units) if unit[3]]

    def __len__(self) -> int:
        return len(self._units)

    def next_key(self, now_ns: int) -> int:
        """Running number of the first key frame that is not yet due."""
        rounds, inside = divmod(now_ns - self._started_ns, self._length_ns)
        for k in self._keys:
            if self._units[k][2] >= inside:
                return int(rounds * len(self) + k)
        return int((rounds + 1) * len(self) + self._keys[0])

    def due_ns(self, number: int) -> int:
        """The time of frame `number`, on the monotonic clock."""
        rounds, k = divmod(number, len(self))
        return int(self._started_ns + rounds * self._length_ns + self._units[k][2])

    def unit(self, number: int) -> tuple[bytes, bool]:
        """The bytes of a frame, and whether it is a key frame."""
        offset, size, _, key = self._units[number % len(self)]
        return self._data[offset : offset + size], bool(key)


class ServedCamera(GstRtspServer.RTSPMediaFactory):  # type: ignore[misc]
    """Serves one loop to all clients of a mount."""

    def __init__(self, loop: Loop, codec: str) -> None:
        super().__init__()
        self._loop = loop
        self.set_launch(
            f"( appsrc name=src is-live=true format=time max-buffers=8 max-bytes=0 "
            f'caps="video/x-{codec},stream-format=byte-stream,alignment=au" '
            f"! {codec}parse config-interval=-1 ! rtp{codec}pay name=pay0 pt=96 )"
        )
        self.set_shared(True)
        self.connect("media-configure", self._configured)

    def _configured(self, _factory: Any, media: Any) -> None:
        source = media.get_element().get_by_name_recurse_up("src")
        stop = threading.Event()
        media.connect("unprepared", lambda *_: stop.set())
        threading.Thread(target=self._feed, args=(source, stop), daemon=True).start()

    def _feed(self, source: Any, stop: threading.Event) -> None:
        """Push every frame when it is due, from the next key frame on, until the last client has left."""
        number = self._loop.next_key(time.monotonic_ns())
        first_ns = self._loop.due_ns(number)
        while not stop.is_set():
            due_ns = self._loop.due_ns(number)
            stop.wait(max(0.0, (due_ns - AHEAD_NS - time.monotonic_ns()) / 1e9))
            data, key = self._loop.unit(number)
            buffer = Gst.Buffer.new_wrapped(data)
            buffer.pts = buffer.dts = due_ns - first_ns
            if not key:
                buffer.set_flags(Gst.BufferFlags.DELTA_UNIT)
            if source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                return
            number += 1


def main() -> None:
    """Serve the streams of the manifest until standard input ends."""
    manifest = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address(HOST)
    server.set_service(str(manifest["port"]))
    started_ns = time.monotonic_ns()
    for mount in manifest["mounts"]:
        index = json.loads(Path(mount["index"]).read_text(encoding="utf-8"))
        loop = Loop(Path(mount["data"]).read_bytes(), index, started_ns)
        server.get_mount_points().add_factory(mount["path"], ServedCamera(loop, mount["codec"]))
    if server.attach(None) == 0:
        sys.exit(f"port {manifest['port']} of {HOST} is in use; give another with --port")
    main_loop = GLib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), main_loop.quit()), daemon=True).start()
    print(f"ready {server.get_bound_port()}", flush=True)  # noqa: T201  the parent reads it
    main_loop.run()


if __name__ == "__main__":
    main()
