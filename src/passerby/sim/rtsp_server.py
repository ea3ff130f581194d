"""A stand-alone RTSP server for encoded loops, on GStreamer's: run by a Python that has `gi`, as Debian's does.

    python3 rtsp_server.py MANIFEST.json

The manifest: {"port": 8554, "mounts": [{"path": "/name", "codec": "h264", "data": FILE, "index": FILE}]}; a live
stream has "pipe": FIFO in place of the files. In the pipe each access unit follows its head (live.py).
An index: {"units": [[offset, size, time_ns, is_key], ...], "length_ns": length of the loop}.
Binds 127.0.0.1 only. Prints `ready` once it listens; ends when its standard input is closed.
"""

from __future__ import annotations

import json
import queue
import struct
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

HOST = "127.0.0.1"
AHEAD_NS = 20_000_000
HEAD = struct.Struct(">I?")
# Units that a client may lag behind; more are dropped.
WAITING = 32


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

    def feed(self, source: Any, stop: threading.Event) -> None:
        """Push every frame when it is due, from the next key frame on, until the last client has left."""
        number = self.next_key(time.monotonic_ns())
        first_ns = self.due_ns(number)
        while not stop.is_set():
            due_ns = self.due_ns(number)
            stop.wait(max(0.0, (due_ns - AHEAD_NS - time.monotonic_ns()) / 1e9))
            if not _pushed(source, *self.unit(number), due_ns - first_ns):
                return
            number += 1


class Live:
    """One camera's frames as they arrive through a pipe."""

    def __init__(self, pipe: Path) -> None:
        self._pipe, self._lock = pipe, threading.Lock()
        self._queues: set[queue.Queue[tuple[bytes, bool, int]]] = set()
        threading.Thread(target=self._read, daemon=True).start()

    def feed(self, source: Any, stop: threading.Event) -> None:
        """Push every frame when it comes, from the next key frame on, until the last client has left."""
        waiting: queue.Queue[tuple[bytes, bool, int]] = queue.Queue(WAITING)
        with self._lock:
            self._queues.add(waiting)
        first_ns = None
        while not stop.is_set():
            try:
                data, key, at_ns = waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            first_ns = at_ns if first_ns is None and key else first_ns
            if first_ns is not None and not _pushed(source, data, key, at_ns - first_ns):
                break
        with self._lock:
            self._queues.discard(waiting)

    def _read(self) -> None:
        with self._pipe.open("rb") as pipe:
            while len(head := pipe.read(HEAD.size)) == HEAD.size:
                size, key = HEAD.unpack(head)
                unit = (pipe.read(size), key, time.monotonic_ns())
                with self._lock:
                    for waiting in self._queues:
                        with suppress(queue.Full):
                            waiting.put_nowait(unit)


def _pushed(source: Any, data: bytes, key: bool, at_ns: int) -> bool:
    buffer = Gst.Buffer.new_wrapped(data)
    buffer.pts = buffer.dts = at_ns
    if not key:
        buffer.set_flags(Gst.BufferFlags.DELTA_UNIT)
    return bool(source.emit("push-buffer", buffer) == Gst.FlowReturn.OK)


class ServedCamera(GstRtspServer.RTSPMediaFactory):  # type: ignore[misc]
    """Serves one stream to all clients of a mount."""

    def __init__(self, stream: Loop | Live, codec: str) -> None:
        super().__init__()
        self._stream = stream
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
        threading.Thread(target=self._stream.feed, args=(source, stop), daemon=True).start()


def _stream_of(mount: dict[str, Any], started_ns: int) -> Loop | Live:
    if "pipe" in mount:
        return Live(Path(mount["pipe"]))
    index = json.loads(Path(mount["index"]).read_text(encoding="utf-8"))
    return Loop(Path(mount["data"]).read_bytes(), index, started_ns)


def main() -> None:
    """Serve the streams of the manifest until standard input ends."""
    manifest = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address(HOST)
    server.set_service(str(manifest["port"]))
    started_ns = time.monotonic_ns()
    for mount in manifest["mounts"]:
        served = ServedCamera(_stream_of(mount, started_ns), mount["codec"])
        server.get_mount_points().add_factory(mount["path"], served)
    if server.attach(None) == 0:
        sys.exit(f"port {manifest['port']} of {HOST} is in use; give another with --port")
    main_loop = GLib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), main_loop.quit()), daemon=True).start()
    print(f"ready {server.get_bound_port()}", flush=True)  # noqa: T201  the parent reads it
    main_loop.run()


if __name__ == "__main__":
    main()
