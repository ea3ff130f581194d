"""Small synthetic videos, good and bad. Frame n is plain grey of level `grey(n)`, so a test can tell frames."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

MS = Fraction(1, 1000)
_FAST = {
    "libx264": {"bf": "0", "preset": "ultrafast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
}


def grey(number: int) -> int:
    """The level of frame `number` (from 1): far enough apart to survive encoding, repeating every 20."""
    return 20 + 10 * ((number - 1) % 20)


def number_of(bgr: NDArray[np.uint8]) -> int:
    """The number, 1 to 20, of the frame this picture was drawn for."""
    return round((float(bgr.mean()) - 20) / 10) + 1


def write(
    path: Path,
    frames: int = 50,
    *,
    fps: int = 25,
    wh: tuple[int, int] = (64, 48),
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    pts_ms: Sequence[int] | None = None,
    noise: bool = False,
    options: dict[str, str] | None = None,
    codec_options: dict[str, str] | None = None,
    format: str | None = None,
    last_shown_s: float | None = None,
    pixel_aspect: Fraction | None = None,
    pictures: Iterable[NDArray[np.uint8]] | None = None,
) -> Path:
    """A video of `frames` pictures; times every 1/fps s, or `pts_ms`; `noise` makes it large enough to damage.

    options: of the container. last_shown_s: how long the last picture is shown.
    pixel_aspect: as the header has it. pictures: uint8 (H, W, 3) RGB, in place of the greys.
    """
    with av.open(str(path), "w", format=format, options=options or {}) as out:
        stream = out.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = *wh, pix_fmt
        tick = MS if pts_ms else Fraction(1, fps)
        stream.codec_context.time_base = tick
        stream.gop_size = 10
        stream.codec_context.sample_aspect_ratio = pixel_aspect or Fraction(0)
        stream.options = {**_FAST.get(codec, {}), **(codec_options or {})}
        packets: list[av.Packet] = []
        for index, picture in enumerate(pictures or drawn(frames, wh, noise)):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pix_fmt)
            frame.time_base, frame.pts = tick, pts_ms[index] if pts_ms else index
            packets += stream.encode(frame)
        packets += stream.encode()
        if last_shown_s is not None:
            packets[-1].duration = round(last_shown_s / tick)
        out.mux(packets)
    return path


def drawn(frames: int, wh: tuple[int, int], noise: bool = False) -> Iterable[NDArray[np.uint8]]:
    """The pictures of `write`, uint8 (H, W, 3)."""
    rng = np.random.default_rng(1)
    for number in range(1, frames + 1):
        picture = np.full((wh[1], wh[0], 3), grey(number), np.int16)
        if noise:
            picture += rng.integers(-20, 21, picture.shape, np.int16)
        yield picture.astype(np.uint8)


def sound_only(path: Path) -> Path:
    """A second of a tone in an MP4 without video."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=48000, layout="mono")
        tone = np.array([[math.sin(i / 20) for i in range(1024)]], np.float32)
        for index in range(47):
            frame = av.AudioFrame.from_ndarray(tone, "fltp", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 48000, index * 1024, Fraction(1, 48000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def joined(path: Path, *parts: Path) -> Path:
    """The bytes of several files behind one another: how recorders join MPEG-TS and raw streams."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def together(path: Path, *parts: Path, dispositions: Sequence[Disposition | None] = ()) -> Path:
    """One file with the video of each part, in that order; a disposition of None is left to the container."""
    with av.open(str(path), "w") as out, ExitStack() as stack:
        sources = [stack.enter_context(av.open(str(part))) for part in parts]
        streams = [out.add_stream_from_template(source.streams.video[0]) for source in sources]
        for stream, disposition in zip(streams, dispositions, strict=False):
            if disposition is not None:
                stream.disposition = disposition
        for source, stream in zip(sources, streams, strict=True):
            for packet in source.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
    return path


def cut(path: Path, share: float) -> Path:
    """The file without its end."""
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * share)])
    return path


def damaged(path: Path, begin: float, end: float) -> Path:
    """The file with the bytes between two shares of its length overwritten."""
    data = bytearray(path.read_bytes())
    first, last = round(len(data) * begin), round(len(data) * end)
    data[first:last] = np.random.default_rng(2).bytes(last - first)
    path.write_bytes(data)
    return path


def turned(path: Path) -> Path:
    """The MP4 told to be shown a quarter turn clockwise, as a phone held upright records it."""
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path
