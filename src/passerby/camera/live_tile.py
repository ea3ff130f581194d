"""The newest redacted picture of one camera, for people who watch. Without them, nothing is drawn or encoded."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock

from passerby.contracts.live import LivePicture
from passerby.evidence.still import jpeg
from passerby.pixels.redact import RedactedImage, RedactionError, require_redacted

log = logging.getLogger(__name__)
# A viewer asks several times a second; after this time without a question nobody watches.
WATCHED_FOR_S = 5.0
# A page asks for two pictures a second: more than this would take time from the analysis, and few would be seen.
MOST_FPS = 2.5


class LiveTile:
    """One writer (the camera's thread), any number of readers.

    A picture is drawn and encoded once, by the first reader that asks for it, however many watch.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s, self._lock = now_s, Lock()
        self._image: RedactedImage | None = None
        self._at_s = self._asked_s = float("-inf")
        self._encoded: tuple[RedactedImage, bytes] | None = None

    def wants(self) -> bool:
        """Return whether somebody watches and the last picture is old enough for another one."""
        now_s = self._now_s()
        return now_s - self._asked_s < WATCHED_FOR_S and now_s - self._at_s >= 1 / MOST_FPS

    def show(self, image: RedactedImage) -> None:
        """Take the newest picture. Raises TypeError unless a Redactor made it."""
        self._image, self._at_s = require_redacted(image), self._now_s()

    def picture(self) -> LivePicture | None:
        """Return the newest picture, None before the first; the call counts as watching."""
        self._asked_s = self._now_s()
        with self._lock:
            image, at_s = self._image, self._at_s
            if image is None:
                return None
            if self._encoded is None or self._encoded[0] is not image:
                try:
                    self._encoded = (image, jpeg(image))
                except RedactionError:
                    log.exception("camera %s: a picture is not shown", image.camera)
                    return None
            return LivePicture(self._encoded[1], image.number, max(0.0, self._now_s() - at_s))
