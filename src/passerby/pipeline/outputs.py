"""The pictures and traces of one camera's run. Only redacted pictures come here."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from passerby.contracts.closing import Closing
from passerby.contracts.events import Event, Phase
from passerby.contracts.people import GroundTracks, Tracks
from passerby.contracts.time import Timestamp
from passerby.evidence.rolling import RollingVideo
from passerby.evidence.still import Stills, jpeg
from passerby.evidence.video import RedactedVideo
from passerby.pipeline.trace import Trace
from passerby.pixels.redact import RedactedImage

Video = RedactedVideo | RollingVideo
# Without a video, one picture in so many seconds is enough to find an empty background for the report.
BACKGROUND_EVERY_S = 10.0


class Outputs(Closing):
    """What one camera's run writes beside its events.

    folder: the results folder, which paths of stills are relative to. Closes `video` and `trace` with itself.
    """

    def __init__(self, folder: Path, video: Video | None = None, trace: Trace | None = None) -> None:
        self._stills, self._video, self._trace = Stills(folder), video, trace
        self._emptiest: RedactedImage | None = None
        self._looked_s: float | None = None

    @property
    def frames_written(self) -> int:
        """Pictures written as video."""
        return self._video.frames if self._video else 0

    def wants(self, at: Timestamp) -> bool:
        """Return whether a picture of this moment is of use; if not, it need not be redacted at all."""
        return bool(self._video) or self._looked_s is None or at.s - self._looked_s >= BACKGROUND_EVERY_S

    def picture(self, image: RedactedImage) -> None:
        """Take one redacted picture."""
        if self._video:
            self._video.add(image)
        self._looked_s = image.at.s
        if self._emptiest is None or image.covered < self._emptiest.covered:
            self._emptiest = image

    def people(self, number: int, tracks: Tracks, ground: GroundTracks) -> None:
        """Take one frame's people, if a trace was asked for."""
        if self._trace:
            self._trace.add(number, tracks, ground)

    def with_still(self, event: Event, image: RedactedImage) -> Event:
        """Return a starting event with its still; other phases as they are."""
        if event.phase is not Phase.START:
            return event
        return replace(event, evidence=self._stills.keep(event.id, image))

    def background(self) -> bytes | None:
        """Return the picture with the least covered, as JPEG."""
        return None if self._emptiest is None else jpeg(self._emptiest)

    def close(self) -> None:
        """Finish every file."""
        with ExitStack() as stack:
            for part in (self._video, self._trace):
                if part is not None:
                    stack.callback(part.close)
