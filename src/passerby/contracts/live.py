"""Redacted pictures for viewers of a running unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LivePicture:
    """The newest redacted picture of a camera.

    jpeg: encoded by evidence/still.py, which takes redacted pictures only. number: of the frame, since the camera
    started. elapsed_s: time since it was drawn.
    """

    jpeg: bytes
    number: int
    elapsed_s: float


class LivePictures(Protocol):
    """The live view of all cameras."""

    def picture(self, camera: str) -> LivePicture | None:
        """Return the newest picture; None for an unknown camera, or one without a picture so far.

        A call keeps the camera's pictures coming for some seconds.
        """
        ...
