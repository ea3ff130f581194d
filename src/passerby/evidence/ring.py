"""The last redacted pictures of one camera, for clips that show the time before an incident.

They are drawn when a clip is written, which happens to few of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.pixels.redact import RedactedImage, require_redacted

# A frame is used if it is early by at most this fraction of a period; otherwise 8.1 frames/s would give every
# third instead of every second one.
_EARLY_SHARE = 0.25


class Ring:
    """Stores pictures at `fps` for `seconds`, by their own times; takes redacted pictures only."""

    def __init__(self, fps: float, seconds: float) -> None:
        self._period_ns, self._kept_ns = round(NS_PER_S / fps), round(NS_PER_S * seconds)
        self._due_ns: int | None = None
        self._images: deque[RedactedImage] = deque()

    def __iter__(self) -> Iterator[RedactedImage]:
        return iter(self._images)

    def __len__(self) -> int:
        return len(self._images)

    def wants(self, at: Timestamp) -> bool:
        """Return whether a picture of this moment is due."""
        return self._due_ns is None or at.mono_ns >= self._due_ns - _EARLY_SHARE * self._period_ns

    def add(self, image: RedactedImage) -> None:
        """Store one picture and remove old ones. Raises TypeError if it is not redacted."""
        now_ns = require_redacted(image).at.mono_ns
        if self.wants(image.at):  # one that was not due does not put off the next
            due_ns = now_ns if self._due_ns is None else self._due_ns
            self._due_ns = max(due_ns, now_ns - self._period_ns) + self._period_ns
        self._images.append(image)
        while self._images and now_ns - self._images[0].at.mono_ns > self._kept_ns:
            self._images.popleft()

    def clear(self) -> None:
        """Remove all pictures, because the pictures were interrupted."""
        self._images.clear()
        self._due_ns = None
