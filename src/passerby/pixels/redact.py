"""The one way from a raw frame to a picture that may be shown or kept.

First version: every box anybody might be in is filled with one solid colour, before anything is encoded: boxes far
too weak to be tracked included, people a moment ago seen and now hidden included, with a margin that covers hair,
hands and the jitter of the box. Solid fill because neural networks identify blurred and mosaiced faces (McPherson
2016, arXiv 1609.00408). There is no key and no way back: the raw pixels are gone.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from typing import NoReturn, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import frozen
from passerby.contracts.people import Detections, Tracks
from passerby.contracts.time import Timestamp
from passerby.pixels.frame import U8, RawFrame

METHOD = "solid-boxes-1"
FILL_BGR = (98, 84, 72)
MARGIN_SHARE, MARGIN_MIN_PX = 0.12, 3.0

_ONLY_HERE = object()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RedactedImage:
    """A picture without people; only `redact` can make one, and a copy is the thing itself.

    bgr: uint8 (H, W, 3), read-only. covered: share of the picture that was filled, 0 to 1.
    """

    camera: str
    number: int
    at: Timestamp
    bgr: U8
    covered: float
    method: str = METHOD
    made_by: InitVar[object] = None  # not kept, or dataclasses.replace would pass it on with other pixels

    def __post_init__(self, made_by: object) -> None:
        if made_by is not _ONLY_HERE:
            self._refuse()
        object.__setattr__(self, "bgr", frozen("bgr", self.bgr, "uint8", (None, None, 3)))

    @property
    def wh(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.bgr.shape[1], self.bgr.shape[0]

    def __repr__(self) -> str:
        return (
            f"RedactedImage({self.camera!r}, {self.number}, {self.wh[0]}x{self.wh[1]}, {self.covered:.0%} covered)"
        )

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("only passerby.pixels.redact.redact makes a RedactedImage")

    def _itself(self, *_: object) -> Self:
        return self

    __copy__ = __deepcopy__ = _itself
    __reduce__ = __reduce_ex__ = __getstate__ = __setstate__ = _refuse


def require_redacted(image: object) -> RedactedImage:
    """Return `image`. Raises TypeError if it is anything but the work of `redact`: for whatever shows or keeps."""
    if type(image) is not RedactedImage:
        raise TypeError(f"only redacted pictures may be shown or kept, this is a {type(image).__name__}")
    return image


def redact(
    frame: RawFrame, found: Detections, tracks: Tracks, max_wh: tuple[int, int] | None = None
) -> RedactedImage:
    """Return `frame` without anybody in it, shrunk to fit `max_wh` pixels if that is given.

    found, tracks: of this very frame; their union is covered. Raises ValueError if either belongs to another
    frame, because boxes of another moment may miss somebody: no picture is better than that.
    """
    for evidence in (found, tracks):
        if (evidence.camera, evidence.at, evidence.frame_wh) != (frame.camera, frame.at, frame.wh):
            raise ValueError(f"redaction of {frame!r} needs the boxes of the same frame")
    bgr = frame.bgr.copy()
    mask = np.zeros(bgr.shape[:2], np.uint8)
    for x0, y0, x1, y1 in _blocks(np.concatenate([found.xyxy_px, tracks.xyxy_px]), frame.wh):
        bgr[y0:y1, x0:x1] = FILL_BGR
        mask[y0:y1, x0:x1] = 1
    covered = cv2.countNonZero(mask) / mask.size
    return RedactedImage(frame.camera, frame.number, frame.at, _shrunk(bgr, max_wh), covered, made_by=_ONLY_HERE)


def _blocks(xyxy_px: NDArray[np.float32], wh: tuple[int, int]) -> list[list[int]]:
    """Return boxes with their margin as whole pixels inside the picture.

    When in doubt more is covered: all of it for a box that is no number, what lies between for an inverted one.
    """
    known = np.isfinite(xyxy_px).all(axis=1, keepdims=True)
    xyxy = np.where(known, xyxy_px, [0, 0, *wh]).astype(np.float64)
    low, high = np.minimum(xyxy[:, :2], xyxy[:, 2:]), np.maximum(xyxy[:, :2], xyxy[:, 2:])
    margin = np.maximum(MARGIN_SHARE * (high - low), MARGIN_MIN_PX)
    grown = np.hstack([np.floor(low - margin), np.ceil(high + margin)])
    blocks: list[list[int]] = np.clip(grown, 0, [*wh, *wh]).astype(int).tolist()
    return blocks


def _shrunk(bgr: U8, max_wh: tuple[int, int] | None) -> U8:
    if max_wh is None:
        return bgr
    scale = min(max_wh[0] / bgr.shape[1], max_wh[1] / bgr.shape[0], 1.0)
    size = max(1, round(bgr.shape[1] * scale)), max(1, round(bgr.shape[0] * scale))
    # Averaging areas by an odd factor costs five times as much and only shows below half the size.
    how = cv2.INTER_LINEAR if scale >= 0.5 else cv2.INTER_AREA
    return bgr if scale == 1.0 else np.asarray(cv2.resize(bgr, size, interpolation=how), np.uint8)
