"""The last seconds of one camera, redacted before they are stored, for clips that show the time before an
incident."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.pixels.annotate import PackedImage
from passerby.pixels.redact import RedactedImage

# A frame is used if it is early by at most this fraction of a period; otherwise 8.1 frames/s would give every
# third instead of every second one.
_EARLY_SHARE = 0.25


class Ring:
    """Stores pictures at `fps` for `seconds`, by their own times; takes redacted pictures only."""

    def __init__(self, fps: float, seconds: float) -> None:
        self._period_ns, self._kept_ns = round(NS_PER_S / fps), round(NS_PER_S * seconds)
        self._due_ns: int | None = None
        self._shots: deque[PackedImage] = deque()

    def __iter__(self) -> Iterator[PackedImage]:
        return iter(self._shots)

    def __len__(self) -> int:
        return len(self._shots)

    @property
    def size(self) -> int:
        """Size in bytes of all stored pictures."""
        return sum(shot.size for shot in self._shots)

    def wants(self, at: Timestamp) -> bool:
        """Return whether a picture of this moment is due."""
        return self._due_ns is None or at.mono_ns >= self._due_ns - _EARLY_SHARE * self._period_ns

    def add(self, image: RedactedImage) -> PackedImage:
        """Store one picture and remove old ones. Raises TypeError if it is not redacted."""
        shot, now_ns = PackedImage(image), image.at.mono_ns
        if self.wants(image.at):  # one that was not due does not put off the next
            due_ns = now_ns if self._due_ns is None else self._due_ns
            self._due_ns = max(due_ns, now_ns - self._period_ns) + self._period_ns
        self._shots.append(shot)
        while self._shots and now_ns - self._shots[0].image.at.mono_ns > self._kept_ns:
            self._shots.popleft()
        return shot

    def clear(self) -> None:
        """Remove all pictures, because the pictures were interrupted."""
        self._shots.clear()
        self._due_ns = None
