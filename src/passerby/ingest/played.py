"""A video file as the stream of a camera: in real time, repeated without end, for measurements."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

import av

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StreamLost
from passerby.contracts.time import NS_PER_S
from passerby.ingest import decode
from passerby.ingest.catch_up import CatchUp
from passerby.ingest.choice import video_stream
from passerby.ingest.limits import DECODER_OPTIONS
from passerby.ingest.rtsp import Shot
from passerby.ingest.source import Losses, SourceInfo
from passerby.ingest.times import pts_ns


class PlayedVideo(Closing):
    """An open file; the same interface as RtspConnection. Raises StreamLost if it cannot be opened."""

    def __init__(self, path: str) -> None:
        self._path, self._closed = path, threading.Event()
        try:
            self._container = av.open(f"file:{path}")
        except av.error.FFmpegError as error:
            raise StreamLost(f"{path} cannot be played ({error.strerror})") from error
        stream = video_stream(self._container)
        if stream is None:
            self._container.close()
            raise StreamLost(f"{path} contains no video")
        stream.codec_context.options = {**stream.codec_context.options, **DECODER_OPTIONS}
        stream.thread_type = "NONE"
        self._stream = stream

    @property
    def info(self) -> SourceInfo:
        """See RtspConnection."""
        return decode.stream_info(self._stream)

    def shots(self, losses: Losses) -> Generator[Shot]:
        """Yield pictures when they are due, until `close`; after the last one the first follows.

        A decoder that is late skips to key frames, as with a camera whose pictures wait in the connection.
        """
        interval_ns = round(NS_PER_S / (decode.nominal_fps(self._stream) or 25.0))
        began_ns, offset_ns = time.monotonic_ns(), 0
        catch_up = CatchUp(self._stream.codec_context, self._path)
        while not self._closed.is_set():
            last_ns, begin_ns = -interval_ns, None
            for packet in decode.packets(self._container, self._stream, losses):
                if packet.dts is not None:
                    stream_s = offset_ns / NS_PER_S + float(packet.dts * packet.time_base)
                    catch_up.step(time.monotonic(), stream_s, is_key=packet.is_keyframe)
                for frame in decode.decoded(packet, losses):
                    at_ns = pts_ns(frame)
                    begin_ns = at_ns if begin_ns is None else begin_ns
                    last_ns = last_ns + interval_ns if at_ns is None else at_ns - (begin_ns or 0)
                    early_s = (began_ns + offset_ns + last_ns - time.monotonic_ns()) / NS_PER_S
                    if early_s > 0 and self._closed.wait(early_s):
                        return
                    yield Shot(frame, offset_ns + last_ns, None, self._stream.sample_aspect_ratio)
            offset_ns += last_ns + interval_ns
            self._container.seek(0)

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._closed.set()
        self._container.close()
