"""The pictures and traces of one camera's run. Only redacted pictures are accepted."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from passerby.camera.live_tile import LiveTile
from passerby.camera.overlay import Overlay
from passerby.camera.pace import Pace
from passerby.camera.tally import PictureTally
from passerby.camera.trace import Trace
from passerby.contracts.closing import Closing
from passerby.contracts.errors import StoreError
from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Account, Event, EvidenceFile, Gap, Phase
from passerby.contracts.people import GroundTracks, Tracks
from passerby.contracts.time import Timestamp
from passerby.evidence.async_evidence import AsyncStills, AsyncVideo
from passerby.evidence.clips import Clips
from passerby.evidence.rolling import RollingVideo
from passerby.evidence.still import KeptStill, Stills, jpeg
from passerby.evidence.video import RedactedVideo
from passerby.pixels.annotate import Drawing, annotate
from passerby.pixels.redact import RedactedImage, RedactionError

log = logging.getLogger(__name__)
Video = RedactedVideo | RollingVideo | AsyncVideo
T = TypeVar("T")
# Without a video, one picture per this many seconds is enough to find an empty background for the report.
BACKGROUND_EVERY_S = 10.0
# After a failed write, the next pictures are not written for this long, seconds.
RETRY_S = 5.0
STILLS, CLIPS, VIDEO = "stills not stored", "clips not stored whole", "pictures not recorded"
REFUSED = "pictures left out of clips"


class Outputs(Closing):
    """The files of one camera's run beside its events.

    folder: the results folder, which paths of evidence are relative to. Closes `video`, `trace` and `clips`
    together with itself. lenient: losses are counted in `lost` and reported by `trouble`, and the run continues;
    otherwise StoreError is raised. stills: the writer of stills, if not this object. live: for people who watch.
    video_fps: most pictures per second of the video, None for every analysed frame.
    """

    def __init__(
        self,
        folder: Path,
        video: Video | None = None,
        trace: Trace | None = None,
        clips: Clips | None = None,
        *,
        lenient: bool = False,
        stills: Stills | AsyncStills | None = None,
        live: LiveTile | None = None,
        video_fps: float | None = None,
    ) -> None:
        self._stills, self._video, self._trace, self._clips = stills or Stills(folder), video, trace, clips
        self._lenient, self._live = lenient, live
        self._video_pace = Pace(video_fps)
        self._emptiest: RedactedImage | None = None
        self._last: RedactedImage | None = None
        self._looked_s: float | None = None
        self._failing: dict[str, Gap] = {}
        self._retry_s = float("-inf")
        self._offered = self._recorded = 0
        self.lost: Counter[str] = Counter()
        self.tally = PictureTally()

    @property
    def frames_written(self) -> int:
        """Pictures written as video."""
        return self._video.frames if self._video else 0

    def wants(self, at: Timestamp) -> bool:
        """Return whether a picture of this moment is used."""
        if (self._clips and self._clips.wants(at)) or (self._live and self._live.wants()):
            return True
        if self._looked_s is None or at.s - self._looked_s >= BACKGROUND_EVERY_S:
            return True
        return self._video is not None and self._video_pace.is_due(at)

    def picture(self, image: RedactedImage) -> None:
        """Process one redacted picture."""
        self.tally.shown(image)
        if self._live and self._live.wants():
            self._live.show(image)
        if self._video and self._video_pace.wants(image.at):
            self._record(self._video, image)
        kept, self._last, self._looked_s = self._emptiest, image, image.at.s
        if kept is None or image.wh != kept.wh or image.covered < kept.covered:
            self._emptiest = image

    def people(self, number: int, tracks: Tracks, ground: GroundTracks) -> None:
        """Process one frame's people, if a trace was requested."""
        if self._trace:
            self._trace.add(number, tracks, ground)

    def evidence(
        self, events: Iterable[Event], image: RedactedImage | None, overlay: Overlay, at: Timestamp
    ) -> Iterator[Event | EvidenceFile]:
        """Yield the events of one frame, starts with their evidence, and the finished files."""
        if self._clips:
            self._clips.step(overlay.open_incidents, at)
        if self._clips and image and (self._clips.wants(at) or any(e.phase is Phase.START for e in events)):
            self._clips.take(image, overlay.draw)
        for event in events:
            clip = partial(self._clip, event, overlay)
            yield from self._with_evidence(event, image, overlay.draw(event.id, at), clip)
        if self._clips:
            yield from self._clips_done(self._clips, at)

    def evidence_of_loss(self, events: Iterable[Event]) -> Iterator[Event | EvidenceFile]:
        """Yield the events of a loss of pictures. A start has the last picture as its still, with its time on it,
        and no clip; without a picture it has neither."""
        last = self._last
        words = "" if last is None else f"last picture: {last.at.utc or f'{last.at.s:.1f} s'}"
        for event in events:
            yield from self._with_evidence(event, last, Drawing(words=words))

    def interrupt(self) -> None:
        """End all clips, because the pictures stopped."""
        if self._clips:
            self._clips.interrupt()

    def trouble(self, camera: str, at: Timestamp) -> Gap | None:
        """Return start and reason of a failure to store evidence; None if there is none."""
        if not self._failing:
            return None
        first = min(self._failing.values(), key=lambda gap: gap.from_s)
        return replace(first, camera=camera, to_s=at.s)

    def background(self) -> bytes | None:
        """Return the picture with the smallest covered fraction, as JPEG."""
        return None if self._emptiest is None else jpeg(self._emptiest)

    def finish(self, camera: str, at: Timestamp | None) -> Iterator[EvidenceFile | Account]:
        """Finish clips and video; yield the files and the last account."""
        at = at or Timestamp(0)
        if self._clips:
            self._clips.close()
            yield from self._clips_done(self._clips, at)
        if self._video:
            self._end_video(self._video, at)
        yield from self.tally.rest(camera)

    def close(self) -> None:
        """Finish every file."""
        with ExitStack() as stack:
            for part in (self._video, self._trace, self._clips):
                if part is not None:
                    stack.callback(part.close)

    def _record(self, video: Video, image: RedactedImage) -> None:
        if image.at.s < self._retry_s:
            self._count(VIDEO)
            return
        if self._try(VIDEO, image.at, lambda: (video.add(image), True)):
            self._offered += 1
        else:
            self._retry_s = image.at.s + RETRY_S
            if not isinstance(video, AsyncVideo):  # which does it in its own thread
                self._try(VIDEO, image.at, video.close)
        self._report_new(video)

    def _end_video(self, video: Video, at: Timestamp) -> None:
        is_closed = self._try(VIDEO, at, lambda: (video.close(), True))
        self._report_new(video)
        # Queued pictures that were not written are lost; one loss is already counted if the file could not be
        # closed.
        self._count(VIDEO, max(0, self._offered - video.frames - (0 if is_closed else 1)))

    def _report_new(self, video: Video) -> None:
        """Add the written pictures since the last time to the account."""
        frames = video.frames
        self.tally.add(video_frames=frames - self._recorded)
        self._recorded = frames
        self.tally.video(video.size)

    def _with_evidence(
        self,
        event: Event,
        image: RedactedImage | None,
        drawing: Drawing,
        clip: Callable[[], str | None] = lambda: None,
    ) -> Iterator[Event | EvidenceFile]:
        """Yield the event; if it is a start that has evidence, with its still and the path of its clip."""
        if event.phase is not Phase.START or image is None or not kind_of(event.kind).evidence:
            yield event
            return
        kept = self._try(STILLS, image.at, lambda: self._kept(event, image, drawing))
        if kept is None:
            yield event
            return
        yield replace(event, evidence=replace(kept.ref, clip=clip()))
        yield _still(event, kept, image.at)
        self.tally.add(stills=1, bytes_written=kept.size)

    def _clip(self, event: Event, overlay: Overlay) -> str | None:
        return self._clips.begin(event.id, event.severity, overlay.draw) if self._clips else None

    def _kept(self, event: Event, image: RedactedImage, drawing: Drawing) -> KeptStill:
        try:
            drawn = annotate(image, drawing)
        except RedactionError as error:
            raise StoreError(str(error)) from error
        return self._stills.keep(event.id, drawn)

    def _clips_done(self, clips: Clips, at: Timestamp) -> Iterator[EvidenceFile]:
        self._count(REFUSED, clips.refused)
        clips.refused = 0
        for outcome in clips.outcomes():
            if outcome.file is not None:
                self.tally.add(clips=1, bytes_written=outcome.file.bytes)
                yield outcome.file
            why = outcome.why
            self._try(CLIPS, at, lambda why=why: _raise_if(why))  # type: ignore[misc]

    def _try(self, what: str, at: Timestamp, act: Callable[[], T]) -> T | None:
        """Call it; if storing fails and the outputs are lenient, count it, log it once and return None."""
        try:
            done = act()
        except StoreError as error:
            if not self._lenient:
                raise
            self._count(what)
            if what not in self._failing:
                log.error("%s; %s until this is repaired", error, what)
            self._failing.setdefault(what, Gap("", at.s, at.s, at.utc, str(error)))
            return None
        if self._failing.pop(what, None):
            log.info("%s: it works again", what)
        return done

    def _count(self, what: str, n: int = 1) -> None:
        if n:
            self.lost[what] += n
            self.tally.add(lost=n)


def _still(event: Event, kept: KeptStill, at: Timestamp) -> EvidenceFile:
    ref = kept.ref
    return EvidenceFile(ref.still, event.id, event.camera, "still", ref.sha256, kept.size, 0.0, at.utc)


def _raise_if(why: str) -> bool:
    if why:
        raise StoreError(why)
    return True
