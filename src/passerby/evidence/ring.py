"""The last seconds of one camera, redacted before they enter, so that clips can show what came before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.pixels.annotate import PackedImage
from passerby.pixels.redact import RedactedImage

# A frame this share of a period early is taken, or one of 8.1 frames/s would give every third instead of second.
_EARLY_SHARE = 0.25


class Ring:
    """Keeps pictures at `fps` for `seconds`, by their own times; takes redacted pictures only."""

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
        """Bytes of all pictures kept."""
        return sum(shot.size for shot in self._shots)

    def wants(self, at: Timestamp) -> bool:
        """Return whether a picture of this moment is due."""
        return self._due_ns is None or at.mono_ns >= self._due_ns - _EARLY_SHARE * self._period_ns

    def add(self, image: RedactedImage) -> PackedImage:
        """Keep one picture and let the old ones go. Raises TypeError if it is not redacted."""
        shot, now_ns = PackedImage(image), image.at.mono_ns
        if self.wants(image.at):  # one that was not due does not put off the next
            due_ns = now_ns if self._due_ns is None else self._due_ns
            self._due_ns = max(due_ns, now_ns - self._period_ns) + self._period_ns
        self._shots.append(shot)
        while self._shots and now_ns - self._shots[0].image.at.mono_ns > self._kept_ns:
            self._shots.popleft()
        return shot

    def clear(self) -> None:
        """Forget all of it, because the pictures were interrupted."""
        self._shots.clear()
        self._due_ns = None
