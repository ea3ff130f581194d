"""Redacted video as MP4 that plays in browsers and survives a kill.

VP9, because the usual H.264 encoder is under the GPL and takes the same time here (docs/decisions/0005-video.md).
In fragments of two seconds, so that the part written before a power cut can be played.
"""

from __future__ import annotations

import hashlib
import threading
from fractions import Fraction
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StoreError
from passerby.files.private import private
from passerby.pixels.frame import U8
from passerby.pixels.redact import RedactedImage, require_redacted

_ENCODER = {
    "deadline": "realtime",
    "cpu-used": "8",
    "crf": "34",
    "b": "0",
    "g": "120",
    "row-mt": "0",
    "lag-in-frames": "0",  # a picture that the encoder delays is lost in a kill
}
_MUXER = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof",
    "frag_duration": "2000000",
    "flush_packets": "1",
}
_MS = Fraction(1, 1000)
# Pictures of a clip or a recording that are encoded together, eight seconds of four per second: between two parts
# neither needs an encoder, and a kill loses one part at most. Measured for recordings of 640x360: 5 % larger than
# with a key frame every 120 pictures, with parts of 16 10 %, at the same processor time (decision 0005).
PART = 32
# One encoder at a time for clips and recordings of all cameras: each takes 30 MB at 640x360 and 80 MB at 1280x720.
ENCODING = threading.Lock()


class _Disk:
    """A file that never fails the muxer, which crashes on a failed header: the error is stored for the caller.

    After an error nothing more is written, so the existing part stays playable. Raises OSError only when opened.
    """

    def __init__(self, path: Path) -> None:
        self._file = open(path, "wb", buffering=0, opener=private)  # noqa: SIM115  closed by close
        self.error: OSError | None = None
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write `data`."""
        left = memoryview(data)
        try:
            while left and self.error is None:
                done = self._file.write(left)
                self.size += done
                self.digest.update(left[:done])
                left = left[done:]
        except OSError as error:
            self.error = error
        return len(data)

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            self.error = self.error or error


class RedactedVideo(Closing):
    """Writes pictures at their own times, counted from the first; takes redacted ones only.

    The first picture sets the size; a wider one than `most_px` is reduced to that width. The encoder takes 30 MB
    at 640x360; `rest` frees it. Raises StoreError if the file cannot be created.
    """

    def __init__(self, path: Path, most_px: int | None = None) -> None:
        self._path, self._most_px = path, most_px
        self._stream: VideoStream | None = None
        self._encoder: VideoCodecContext | None = None
        self._wh = (0, 0)
        self._last_ms = -1
        self._reported = False
        self.frames = 0
        try:
            self._disk = _Disk(path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written ({error.strerror}); give another folder") from error
        self._file: OutputContainer | None = av.open(self._disk, "w", format="mp4", options=_MUXER)

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._disk.size

    @property
    def sha256(self) -> str:
        """The checksum of the bytes written so far."""
        return self._disk.digest.hexdigest()

    def add(self, image: RedactedImage) -> None:
        """Write one picture. Raises StoreError if it cannot be written, TypeError if it is not redacted,
        RedactionError if it cannot be drawn."""
        require_redacted(image)
        if self._file is None:
            raise ValueError(f"{self._path} is closed")
        if self._stream is None:
            self._wh = encoded_wh(image.wh, self._most_px)
            self._stream = _described(self._file, self._wh)
        self._encoder = self._encoder or _encoder(self._wh)
        picture = _planar(image.drawn(self._wh))
        picture.pts = self._last_ms = max(image.at.mono_ns // 1_000_000, self._last_ms + 1)
        picture.time_base = _MS
        self._mux(self._encoder, picture)
        self._check()
        self.frames += 1

    def rest(self) -> None:
        """Free the encoder until the next picture, which is a key frame then."""
        encoder, self._encoder = self._encoder, None
        if encoder is not None:
            self._mux(encoder, None)

    def close(self) -> None:
        """Finish the file; may be called twice. A video without a picture is removed.

        Raises StoreError if the end cannot be written and `add` has not raised before.
        """
        if self._file is None:
            return
        try:
            self.rest()
        finally:
            self._file.close()
            self._file = None
            self._disk.close()
            if self.frames == 0:
                self._path.unlink(missing_ok=True)
        if not self._reported:
            self._check()

    def _mux(self, encoder: VideoCodecContext, picture: av.VideoFrame | None) -> None:
        assert self._file is not None
        for packet in encoder.encode(picture):
            packet.stream = self._stream
            self._file.mux(packet)

    def _check(self) -> None:
        if (error := self._disk.error) is not None:
            self._reported = True
            raise StoreError(f"{self._path} cannot be written ({error.strerror}); is the disk full?") from error


def plays(path: Path) -> bool:
    """Return whether a file has at least one picture; one that was killed in its first fragment has none."""
    try:
        with av.open(str(path)) as file:
            return next(file.decode(video=0), None) is not None
    except (av.FFmpegError, OSError, IndexError):
        return False


def encoded_wh(wh: tuple[int, int], most_px: int | None = None) -> tuple[int, int]:
    """Return the size of the video of pictures of `wh`, at most `most_px` wide: 4:2:0 pictures have even sides."""
    scale = 1.0 if most_px is None else min(1.0, most_px / wh[0])
    width, height = (round(scale * side) for side in wh)
    return max(2, width - width % 2), max(2, height - height % 2)


def _planar(bgr: U8) -> av.VideoFrame:
    """Return the picture in the encoder's format; the video library takes three to ten times as long for this."""
    planes = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420), np.uint8)
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")


def _encoder(wh: tuple[int, int]) -> VideoCodecContext:
    encoder = av.CodecContext.create("libvpx-vp9", "w")
    encoder.width, encoder.height = wh
    encoder.pix_fmt, encoder.time_base, encoder.framerate = "yuv420p", _MS, Fraction(25)
    encoder.options, encoder.thread_count = _ENCODER, 1
    return encoder


def _described(file: OutputContainer, wh: tuple[int, int]) -> VideoStream:
    """Add a stream of VP9 of that size. A stream with its own encoder would keep it until the file is closed."""
    with av.open(BytesIO(_shortest_video(wh))) as shortest:
        stream = file.add_stream_from_template(shortest.streams.video[0], opaque=True)
    stream.time_base = _MS
    return stream


@lru_cache(maxsize=16)
def _shortest_video(wh: tuple[int, int]) -> bytes:
    """Return a file with one picture; its header describes the pictures of every video of that size."""
    data, (width, height) = BytesIO(), wh
    with av.open(data, "w", format="mp4", options=_MUXER) as file:
        stream = file.add_stream("libvpx-vp9", rate=25, options=_ENCODER)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for picture in (av.VideoFrame(width, height, "yuv420p"), None):
            file.mux(stream.encode(picture))
    return data.getvalue()
