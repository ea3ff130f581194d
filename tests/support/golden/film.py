"""Videos whose decoded pixels are the same with every encoder: FFV1, which loses nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from support.figures import Figure, drawn

MS = Fraction(1, 1000)


def lossless(path: Path, pictures: Iterable[tuple[float, NDArray[np.uint8]]], wh: tuple[int, int]) -> Path:
    """Write pictures BGR with their times, seconds, to a Matroska file; the same bytes every time."""
    with av.open(str(path), "w", format="matroska", options={"fflags": "+bitexact"}) as out:
        stream = out.add_stream("ffv1", rate=10)
        stream.width, stream.height, stream.pix_fmt = *wh, "bgr0"
        stream.codec_context.time_base, stream.options = MS, {"flags": "+bitexact"}
        for t_s, bgr in pictures:
            frame = av.VideoFrame.from_ndarray(bgr, "bgr24").reformat(format="bgr0")
            frame.time_base, frame.pts = MS, round(1000 * t_s)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def figures_film(path: Path, figures: Sequence[Figure], times_s: Iterable[float]) -> Path:
    """Write a video of figures (support/figures.py) at these times."""
    return lossless(path, ((t_s, drawn(figures, t_s)) for t_s in times_s), (320, 240))
