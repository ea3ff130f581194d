"""One connection to one camera, from opening to its end. reconnect.py retries."""

from __future__ import annotations

import logging
import struct
import time
from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction

import av
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StreamLost
from passerby.contracts.time import NS_PER_S
from passerby.contracts.urls import mask_url
from passerby.ingest import decode
from passerby.ingest.choice import choice_note, video_stream
from passerby.ingest.errors import stream_error
from passerby.ingest.limits import ANSWER_BYTES, CAP, DECODER_OPTIONS, picture_bytes, too_large
from passerby.ingest.live_decoder import LiveDecoder
from passerby.ingest.source import IsIdle, Losses, SourceInfo, never_idle
from passerby.ingest.times import pts_ns

log = logging.getLogger(__name__)
# For the answers of the camera, and again for the look at its stream, which libav ends after 5 s. The first
# picture is then awaited for MAX_PACKETS_WITHOUT_PICTURE, because key frames may be many seconds apart.
OPEN_S = 6.0
READ_S = 5.0
# TCP first, because a lost packet of H.264 damages the picture until the next key frame; UDP for a camera that
# refuses it, from this camera only. Video only, because the sound of passers-by must not be recorded. The
# whitelist prevents a redirect to anything but a camera.
_OPTIONS = {
    "rtsp_transport": "tcp+udp",
    "rtsp_flags": "prefer_tcp+filter_src",
    "allowed_media_types": "video",
    "fpsprobesize": "0",
    "protocol_whitelist": "rtsp,rtsps,rtp,tcp,tls,udp",
    "max_streams": "16",
    **DECODER_OPTIONS,
}
# Longer than any usual distance of key frames: beyond it the stream counts as undecodable.
MAX_PACKETS_WITHOUT_PICTURE = 600
_PRFT = struct.Struct("=q")


@dataclass(frozen=True, slots=True)
class Shot:
    """One decoded picture of a camera.

    pts_ns: the stream's own time. camera_utc_ns: the camera's wall clock at the picture, None until it is known.
    pixel_aspect: width of a pixel over its height, None if the camera does not state it.
    """

    frame: VideoFrame
    pts_ns: int | None
    camera_utc_ns: int | None
    pixel_aspect: Fraction | None = None


class RtspConnection(Closing):
    """An open stream. Use as a context manager, in one thread.

    Opening raises StreamLost, or StreamRefused for a wrong user or password; no message contains the password.
    open_s, read_s: longest wait for the camera; a silent camera is detected after one to two `read_s`.
    """

    def __init__(self, url: str, open_s: float = OPEN_S, read_s: float = READ_S) -> None:
        self._url = url
        self._utc_minus_pts_ns: int | None = None
        self._wh = (0, 0)
        CAP.allow(ANSWER_BYTES)
        began_s = time.monotonic()
        try:
            self._container = av.open(url, options=_OPTIONS, timeout=(open_s, read_s), metadata_errors="replace")
        except (av.error.FFmpegError, UnicodeError) as error:
            # "from None": the decoder's error quotes the address with its password.
            raise stream_error(url, error, timed_out=time.monotonic() - began_s >= open_s) from None
        stream = video_stream(self._container)
        if stream is None:
            self.close()
            raise StreamLost(
                f"{mask_url(url)}: the camera sends no decodable video; select H.264 or H.265 on the camera"
            )
        if choice := choice_note(self._container, stream):
            log.info("%s %s", mask_url(url), choice)
        codec = stream.codec_context
        if fault := too_large((codec.width, codec.height)):
            self.close()
            raise StreamLost(f"{mask_url(url)}: {fault}")
        codec.options = {**codec.options, **DECODER_OPTIONS}
        self._stream = stream

    @property
    def info(self) -> SourceInfo:
        """The camera's data about its stream."""
        return decode.stream_info(self._stream)

    def shots(self, losses: Losses, is_idle: IsIdle = never_idle) -> Generator[Shot | None]:
        """Yield pictures until the stream ends, which always raises StreamLost with the reason.

        None for a packet that is not decoded because the place is empty.
        """
        empty, begun = 0, False
        decoder = LiveDecoder(self._stream, mask_url(self._url), losses, is_idle)
        try:
            for packet in self._container.demux(self._stream):
                if packet.size == 0:
                    # The connection has ended: what the decoder held back is no return of the camera.
                    break
                losses.packets += 1
                losses.received_bytes += packet.size
                self._listen(packet)
                frames = decoder.decode(packet, decode.stream_s(packet))
                if frames is None:
                    yield None
                    continue
                self._make_room(frames)
                for shot in map(self._shot, frames):
                    # The first picture of a connection often has no time, and a wrong step makes people fast.
                    if begun or shot.pts_ns is not None:
                        yield shot
                    begun = True
                empty = 0 if frames else empty + 1
                if empty > MAX_PACKETS_WITHOUT_PICTURE:
                    raise StreamLost(
                        f"{mask_url(self._url)}: the camera sends data without pictures; check its codec"
                    )
        except av.error.FFmpegError as error:
            raise stream_error(self._url, error) from None
        raise StreamLost(f"{mask_url(self._url)}: the camera ended the stream; check its log if this repeats")

    def close(self) -> None:
        """Close the connection; may be called twice."""
        self._container.close()

    def _listen(self, packet: Packet[VideoStream]) -> None:
        """Store the wall clock of the camera's last sender report, relative to the stream's time."""
        if packet.pts is None or not packet.has_sidedata("prft"):
            return
        (wall_us,) = _PRFT.unpack_from(bytes(packet.get_sidedata("prft")))
        self._utc_minus_pts_ns = wall_us * 1000 - round(packet.pts * NS_PER_S * packet.time_base)

    def _make_room(self, frames: list[VideoFrame]) -> None:
        """Allow the memory of a picture of a new size, before it is converted."""
        for frame in frames:
            if (frame.width, frame.height) != self._wh:
                self._wh = (frame.width, frame.height)
                deepest = max(component.bits for component in frame.format.components)
                CAP.allow(picture_bytes(self._wh, is_deep=deepest > 8))

    def _shot(self, frame: VideoFrame) -> Shot:
        at_ns, offset_ns = pts_ns(frame), self._utc_minus_pts_ns
        utc_ns = None if at_ns is None or offset_ns is None else at_ns + offset_ns
        return Shot(frame, at_ns, utc_ns, self._stream.sample_aspect_ratio)
