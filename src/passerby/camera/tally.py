"""Numbers of one camera's pictures for the ledger: counted continuously, reported every ten seconds."""

from __future__ import annotations

from dataclasses import fields, replace

from passerby.contracts.events import Account
from passerby.contracts.time import Timestamp
from passerby.pixels.redact import RedactedImage

# A kill or power cut loses the numbers of at most this time, and a card is written six times a minute.
ACCOUNT_EVERY_S = 10.0
_NOTHING = Account("", None, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_SUMS = [field.name for field in fields(Account) if field.name not in ("camera", "utc")]


class PictureTally:
    """Sums of one camera since the last report."""

    def __init__(self, camera: str = "") -> None:
        self._sums = replace(_NOTHING, camera=camera)
        self._began: Timestamp | None = None
        self._last: Timestamp | None = None
        self._number = 0
        self._video_size = 0

    def arrived(self, number: int, at: Timestamp) -> None:
        """Count the pictures up to `number`, which starts at 1; after a restart it starts at 1 again."""
        self.add(frames_in=number - self._number if number > self._number else 1)
        self._number, self._last = number, at
        self._began = self._began or at

    def shown(self, image: RedactedImage) -> None:
        """Count one redacted picture."""
        pixels = image.wh[0] * image.wh[1]
        self.add(frames_out=1, pixels_out=pixels, pixels_covered=round(image.covered * pixels))

    def video(self, size: int) -> None:
        """Count redacted video with a present size of `size` bytes."""
        self.add(bytes_written=size - self._video_size)
        self._video_size = size

    def add(self, **more: int) -> None:
        """Add to the named sums."""
        self._sums = replace(self._sums, **{name: getattr(self._sums, name) + n for name, n in more.items()})

    def due(self, camera: str) -> list[Account]:
        """Return the account if ACCOUNT_EVERY_S are over."""
        if self._began is None or self._last is None or self._last.since_s(self._began) < ACCOUNT_EVERY_S:
            return []
        return self.rest(camera)

    def rest(self, camera: str) -> list[Account]:
        """Return the account since the last report, if it is not empty."""
        account = replace(self._sums, camera=camera, utc=self._last.utc if self._last else None)
        self._sums, self._began = _NOTHING, None
        return [account] if any(getattr(account, name) for name in _SUMS) else []
