"""A video file as the stream of a camera: in real time, repeated without end, for measurements."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence

import av
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StreamLost
from passerby.contracts.time import NS_PER_S
from passerby.ingest import decode
from passerby.ingest.choice import video_stream
from passerby.ingest.limits import DECODER_OPTIONS
from passerby.ingest.live_decoder import LiveDecoder
from passerby.ingest.rtsp import Shot
from passerby.ingest.source import IsIdle, Losses, SourceInfo, never_idle
from passerby.ingest.times import pts_ns


class PlayedVideo(Closing):
    """An open file; the same interface as RtspConnection.

    part: share of its duration at which it starts, 0 to 1. Its first key frame is then due as long after the start
    as it lies before that time, so files with different parts have their key frames at different times, as
    independent cameras do. Raises StreamLost if it cannot be opened.
    """

    def __init__(self, path: str, part: float = 0.0) -> None:
        self._path, self._part = path, part
        # The file is closed by another thread than that which reads it, and never while that one is inside libav.
        self._closed, self._gate = threading.Event(), threading.Lock()
        try:
            self._container = av.open(f"file:{path}")
        except av.error.FFmpegError as error:
            raise StreamLost(f"{path} cannot be played ({error.strerror})") from error
        stream = video_stream(self._container)
        if stream is None:
            self._container.close()
            raise StreamLost(f"{path} contains no video")
        stream.codec_context.options = {**stream.codec_context.options, **DECODER_OPTIONS}
        self._stream = stream

    @property
    def info(self) -> SourceInfo:
        """See RtspConnection."""
        return decode.stream_info(self._stream)

    def shots(self, losses: Losses, is_idle: IsIdle = never_idle) -> Generator[Shot | None]:
        """Yield pictures when their packets are due, until `close`; after the last one the first follows.

        See RtspConnection. A decoder that is late skips to key frames, as with a camera whose pictures wait in
        the connection.
        """
        interval_s = 1 / (decode.nominal_fps(self._stream) or 25.0)
        decoder = LiveDecoder(self._stream, self._path, losses, is_idle)
        from_s = self._part * (self._container.duration or 0) / av.time_base
        self._seek(round(from_s * av.time_base))
        began_s, round_s = None, 0.0
        while not self._closed.is_set():
            at_s, shift_s = round_s - interval_s, None
            for packet in self._packets(losses):
                packet_s = decode.stream_s(packet)
                if shift_s is None:
                    shift_s = round_s - (packet_s or 0.0)
                if began_s is None:
                    began_s = time.monotonic() + max(0.0, from_s - (packet_s or 0.0))
                if packet.size:
                    at_s = at_s + interval_s if packet_s is None else shift_s + packet_s
                if self._closed.wait(max(0.0, began_s + at_s - time.monotonic())):
                    return
                with self._gate:
                    if self._closed.is_set():
                        return
                    frames = decoder.decode(packet, None if packet_s is None else at_s)
                yield from [None] if frames is None else self._shots_of(frames, at_s, shift_s)
            round_s = at_s + interval_s
            self._seek(0)

    def _seek(self, to: int) -> None:
        with self._gate:
            if not self._closed.is_set():
                self._container.seek(to)

    def _packets(self, losses: Losses) -> Iterator[Packet[VideoStream]]:
        """Yield the packets of the file to its end, or to `close`."""
        packets = decode.packets(self._container, self._stream, losses)
        while True:
            with self._gate:
                packet = None if self._closed.is_set() else next(packets, None)
            if packet is None:
                return
            yield packet

    def _shots_of(self, frames: Sequence[VideoFrame], at_s: float, shift_s: float) -> Iterator[Shot]:
        for frame in frames:
            own_ns = pts_ns(frame)
            at_ns = round(NS_PER_S * at_s) if own_ns is None else own_ns + round(NS_PER_S * shift_s)
            yield Shot(frame, at_ns, None, self._stream.sample_aspect_ratio)

    def close(self) -> None:
        """Close the file; may be called twice, by any thread."""
        self._closed.set()
        with self._gate:
            self._container.close()
