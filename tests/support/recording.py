"""A program that writes redacted video until it is killed: `python recording.py FILE PICTURES`.

Says `written` once that many pictures of 8 a second are in, then waits to be killed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from passerby.evidence.video import RedactedVideo
from passerby.pixels.redact import RedactedImage
from support.redacted import redact
from support.seen import found, frame, noise, tracked


def redacted(seconds: float, wh: tuple[int, int] = (64, 48), grey: int | None = None) -> RedactedImage:
    """A picture of noise, or plain grey, at a time."""
    picture = noise(wh, round(seconds * 1000) + 1)
    if grey is not None:
        picture[...] = grey
    raw = frame(wh, seconds, bgr=picture)
    return redact(raw, found(seconds=seconds, wh=wh), tracked(seconds=seconds, wh=wh))


def record(path: Path, pictures: int) -> None:
    """Write, say so and wait."""
    video = RedactedVideo(path)
    for index in range(pictures):
        video.add(redacted(index / 8))
    sys.stdout.write("written\n")
    sys.stdout.flush()
    time.sleep(3600)


if __name__ == "__main__":
    record(Path(sys.argv[1]), int(sys.argv[2]))
