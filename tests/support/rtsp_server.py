"""A camera for tests: serves one encoded video over RTSP in an endless loop whose times advance.

Run with the system's Python, which has GStreamer's bindings:
    rtsp_server.py VIDEO ADDRESS PORT FPS TRANSPORT [USER PASSWORD]
VIDEO is a raw byte stream, .h264 or .mjpeg. TRANSPORT is tcp+udp or udp; the latter refuses TCP.
It prints "ready" when it listens, on ADDRESS only.
With a user it asks for digest authentication. Sender reports carry this machine's wall clock.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

KEY_FRAME_NALS = (5, 7)
ROLE = "viewer"


def access_units(data: bytes) -> list[tuple[bytes, bool]]:
    """Split a byte stream into pictures of one slice each: (bytes, needs earlier pictures)."""
    units: list[tuple[bytes, bool]] = []
    head = b""
    for nal in data.replace(b"\x00\x00\x00\x01", b"\x00\x00\x01").split(b"\x00\x00\x01")[1:]:
        head += b"\x00\x00\x00\x01" + nal
        kind = nal[0] & 31
        if kind in (1, 5):
            units.append((head, kind != 5))
            head = b""
    return units


def jpegs(data: bytes) -> list[tuple[bytes, bool]]:
    """Split a stream of JPEG pictures."""
    return [(b"\xff\xd8\xff" + part, False) for part in data.split(b"\xff\xd8\xff")[1:]]


LAUNCH = {
    ".h264": "video/x-h264,stream-format=byte-stream,alignment=au{rate} "
    "! h264parse config-interval=-1 ! rtph264pay",
    ".mjpeg": "image/jpeg,width=64,height=48{rate} ! rtpjpegpay",
}
SPLIT = {".h264": access_units, ".mjpeg": jpegs}


class Camera(GstRtspServer.RTSPMediaFactory):  # type: ignore[misc]
    """The stream, shared by all who watch."""

    def __init__(self, video: Path, fps: int) -> None:
        super().__init__()
        self.units, self.fps = SPLIT[video.suffix](video.read_bytes()), fps
        caps, _, rest = LAUNCH[video.suffix].format(rate=f",framerate={fps}/1").partition(" ! ")
        self.set_launch(
            "( appsrc name=src is-live=true format=time max-buffers=5 max-bytes=0 "
            f'caps="{caps}" ! {rest} name=pay0 pt=96 )'
        )
        self.set_shared(True)
        self.connect("media-configure", self.on_media)

    def on_media(self, _: Any, media: Any) -> None:
        sent = 0

        def need_data(source: Any, _: int) -> None:
            nonlocal sent
            data, delta = self.units[sent % len(self.units)]
            buffer = Gst.Buffer.new_wrapped(data)
            buffer.pts = buffer.dts = sent * Gst.SECOND // self.fps
            if delta:
                buffer.set_flags(Gst.BufferFlags.DELTA_UNIT)
            sent += 1
            source.emit("push-buffer", buffer)

        media.get_element().get_by_name_recurse_up("src").connect("need-data", need_data)


def guard(server: Any, camera: Any, user: str, password: str) -> None:
    """Let only `user` with `password` in."""
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role(ROLE, "media.factory.access", True)
    permissions.add_permission_for_role(ROLE, "media.factory.construct", True)
    camera.set_permissions(permissions)


def main() -> None:
    video, address, port, fps, transport, *user = sys.argv[1:]
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address(address)
    server.set_service(port)
    camera = Camera(Path(video), int(fps))
    if transport == "udp":
        camera.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    if user:
        guard(server, camera, user[0], user[1])
    server.get_mount_points().add_factory("/cam", camera)
    if not server.attach(None):
        sys.exit(f"port {port} is taken")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
