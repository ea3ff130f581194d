"""Redacted video as MP4 that plays in browsers and survives a kill.

VP9, because the usual H.264 encoder is under the GPL and costs the same here (docs/decisions/0005-video.md).
Fragmented, so that what was written before a power cut can be played.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from passerby.contracts.errors import StoreError
from passerby.pixels.redact import RedactedImage

MAX_WH = (960, 960)
_ENCODER = {"deadline": "realtime", "cpu-used": "8", "crf": "34", "b": "0", "g": "120", "row-mt": "0"}
_MUXER = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
_MS = Fraction(1, 1000)


class RedactedVideo:
    """Writes pictures at their own times; takes redacted ones only. The first picture sets the size."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: VideoStream | None = None
        self._file: OutputContainer | None = None
        self._last_ms = -1
        self.frames = 0
        try:
            self._file = av.open(str(path), "w", format="mp4", options=_MUXER)
        except (OSError, av.error.FFmpegError) as error:
            raise StoreError(f"{path} cannot be written ({error.strerror}); choose another folder") from error

    def add(self, image: RedactedImage) -> None:
        """Write one picture. Raises StoreError if it cannot be written."""
        picture = av.VideoFrame.from_ndarray(image.bgr, format="bgr24")
        stream = self._stream = self._stream or self._start(image)
        picture = picture.reformat(stream.width, stream.height, "yuv420p")
        picture.pts = self._last_ms = max(image.at.mono_ns // 1_000_000, self._last_ms + 1)
        picture.time_base = _MS
        self._mux(picture)
        self.frames += 1

    def close(self) -> None:
        """Finish the file; may be called twice. A video without a picture is removed."""
        if self._file is None:
            return
        try:
            if self._stream is not None:
                self._mux(None)
        finally:
            self._file.close()
            self._file = None
            if self.frames == 0:
                self._path.unlink(missing_ok=True)

    def _start(self, image: RedactedImage) -> VideoStream:
        assert self._file is not None
        stream = self._file.add_stream("libvpx-vp9", rate=25, options=_ENCODER)
        # 4:2:0 pictures have even sides.
        stream.width, stream.height = (max(2, side - side % 2) for side in image.wh)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = stream.time_base = _MS
        stream.codec_context.thread_count = 1
        return stream

    def _mux(self, picture: av.VideoFrame | None) -> None:
        assert self._stream is not None
        assert self._file is not None
        try:
            for packet in self._stream.encode(picture):
                self._file.mux(packet)
        except (OSError, av.error.FFmpegError) as error:
            raise StoreError(f"{self._path} cannot be written ({error.strerror}); is the disk full?") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()
