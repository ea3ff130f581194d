"""The loop of one camera: frame to event. Data flows one way, and raw pixels go no further than the redactor."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass

from passerby.config.scale import scaled_to
from passerby.contracts.config import Camera
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, EvidenceFile, Gap, Phase
from passerby.contracts.ports import DepartureSource, EventSink, FloorMemory, Report
from passerby.contracts.time import Timestamp
from passerby.ground.foot import reduction, resolution_px
from passerby.ground.plane import GroundPlane
from passerby.ingest.source import FrameSource
from passerby.pipeline.analysis import Analysis, Judged
from passerby.pipeline.meter import HealthMeter, StageTimes
from passerby.pipeline.outage import EVIDENCE_KIND, OutageWatch
from passerby.pipeline.outputs import Outputs
from passerby.pipeline.overlay import Overlay
from passerby.pipeline.pace import Pace
from passerby.pipeline.schedule import WallClock
from passerby.pipeline.shown import make_redactor
from passerby.pipeline.sight import Sight
from passerby.pixels.frame import RawFrame
from passerby.pixels.redact import RedactedImage, Redactor
from passerby.vision.detector import Detector

log = logging.getLogger(__name__)
# In the shrunken picture the detector looks at. Of simulated people this high and in plain view it finds half.
LEAST_HEIGHT_INPUT_PX = 16.0
# A camera that comes and goes for months must not fill the memory with sentences about it.
MOST_GAPS_TOLD = 200
FINISH_RETRIES_S = (0.1, 0.3, 0.6)


MakeRedactor = Callable[[Camera, tuple[int, int], GroundPlane | None], Redactor]


@dataclass(frozen=True, slots=True)
class Deps:
    """What the loop is given: chosen in app, replaced in tests.

    analysis_fps: most frames analysed per second of video; None for all.
    departures: who says when trains leave, if not the picture. clock: for rules with a schedule.
    is_live: silence becomes a camera_lost incident. progress: called with the time of every frame.
    memory: keeps a learned floor between runs.
    make_redactor: from the camera, scaled to its picture, the picture's size and the floor.
    """

    detector: Detector
    sink: EventSink
    outputs: Outputs
    new_id: Callable[[], str]
    analysis_fps: float | None = None
    is_live: bool = False
    departures: DepartureSource | None = None
    clock: WallClock | None = None
    progress: Callable[[Timestamp], None] = lambda _: None
    memory: FloorMemory | None = None
    make_redactor: MakeRedactor = make_redactor


class CameraLoop:
    """Runs one camera. What it has seen so far can be read at any time and is summed up in summary.py.

    frames: decoded, dropped ones included; frames_analysed: through the detector; first, last: their times.
    analysis, sight: None before the first picture. gaps: sentences. events: incidents by kind.
    lost: counted losses.
    """

    def __init__(self, camera: Camera, source: FrameSource, deps: Deps) -> None:
        self._camera, self._source, self._deps = camera, source, deps
        self.times = StageTimes()
        self.analysis: Analysis | None = None
        self.sight: Sight | None = None
        self.wh = (0, 0)
        self.frames = self.frames_analysed = 0
        self.first: Timestamp | None = None
        self.last: Timestamp | None = None
        self.gaps: list[str] = []
        self.events: Counter[str] = Counter()
        self.lost = deps.outputs.lost
        self._pace = Pace(deps.analysis_fps)
        self._health = HealthMeter(camera.name, lambda: source.losses, self.times)
        self._outage = OutageWatch(camera.name, deps.new_id)
        self._unstored = OutageWatch(camera.name, deps.new_id, EVIDENCE_KIND)
        self._overlay: Overlay | None = None
        self._gap_from_s: float | None = None
        self._owed: deque[Event | Report] = deque()

    def run(self, stop: threading.Event) -> None:
        """Work until the source ends or `stop` is set; then, come what may, end every open incident.

        Raises InputError and StoreError as source and sink do; what was put before stays.
        """
        items = self._source.frames(stop)
        try:
            for item in self._timed(items):
                if isinstance(item, Gap):
                    self._gap(item)
                else:
                    self._frame(item)
        finally:
            if isinstance(items, Generator):
                items.close()  # now, not when the error that ended the loop is forgotten: it holds a camera
            self._finish()

    def _frame(self, frame: RawFrame) -> None:
        self.frames = frame.number
        self.first, self.last = self.first or frame.at, frame.at
        self._deps.progress(frame.at)
        self._deps.outputs.tally.arrived(frame.number, frame.at)
        self._put(self._outage.over())
        if self._pace.wants(frame.at):
            with self.times.span("frame"):
                self._analyse(frame, *self._ready(frame))

    def _analyse(self, frame: RawFrame, analysis: Analysis, sight: Sight) -> None:
        with self.times.span("detect"):
            (found,) = self._deps.detector.detect([frame])
        with self.times.span("track"):
            tracks = analysis.follow(found)
        with self.times.span("trains"):
            trains = sight.trains(frame)
        with self.times.span("redact"):
            is_safe = sight.learn(frame, found, tracks)
        with self.times.span("rules"):
            judged = analysis.judge(tracks, trains, sight.things(tracks))
        starts = any(event.phase is Phase.START for event in judged.events)
        is_wanted = starts or self._deps.outputs.wants(frame.at)
        image = self._shown(sight) if is_safe and is_wanted else None
        with self.times.span("write"):
            self._deps.outputs.people(frame.number, tracks, judged.ground)
            self._put(self._with_evidence(judged, image, frame.at))
            self._put([*judged.samples, *self._health.frame(frame.at)])
            self._put(self._deps.outputs.tally.due(self._camera.name))
        self.frames_analysed += 1

    def _with_evidence(
        self, judged: Judged, image: RedactedImage | None, at: Timestamp
    ) -> Iterator[Event | EvidenceFile]:
        """Yield the frame's events with their evidence, and what there is to tell of evidence itself."""
        assert self._overlay is not None
        self._overlay.step(judged.ground, judged.matters)
        yield from self._deps.outputs.evidence(judged.events, image, self._overlay, at)
        trouble = self._deps.outputs.trouble(self._camera.name, at)
        yield from self._unstored.gap(trouble) if trouble else self._unstored.over()

    def _shown(self, sight: Sight) -> RedactedImage | None:
        """Return the redacted picture, already handed to the outputs; None if it could not be made."""
        with self.times.span("redact"):
            image = sight.show()
        if image is not None:
            with self.times.span("encode"):
                self._deps.outputs.picture(image)
        return image

    def _ready(self, frame: RawFrame) -> tuple[Analysis, Sight]:
        """Return what is built with the first picture, because its size is known only then."""
        if self.analysis is None or self.sight is None:
            self.wh = frame.wh
            scaled, model = scaled_to(self._camera, frame.wh), self._deps.detector.info
            self.analysis = Analysis(
                scaled,
                frame.wh,
                model.score,
                self._deps.new_id,
                resolution_px=resolution_px(frame.wh, model.input_wh),
                least_height_px=LEAST_HEIGHT_INPUT_PX * reduction(frame.wh, model.input_wh),
                clock=self._deps.clock,
                memory=self._deps.memory,
            )
            redactor = self._deps.make_redactor(scaled, frame.wh, self.analysis.plane)
            self.sight = Sight(scaled, frame.wh, redactor, self._deps.departures, self.lost)
            self._overlay = Overlay(scaled, frame.wh)
        return self.analysis, self.sight

    def _gap(self, gap: Gap) -> None:
        self._write_down(gap)
        if self._deps.is_live:
            self._put(self._outage.gap(gap))
        if self.analysis is not None and self._overlay is not None:
            self._put(self.analysis.interrupt())
            self._overlay.forget()
            self._deps.outputs.interrupt()
        if self.sight is not None:
            self.sight.forget()
        self._put(self._health.gap(gap))

    def _write_down(self, gap: Gap) -> None:
        """Keep one sentence a gap, which grows while the gap does; past MOST_GAPS_TOLD only their number."""
        is_new, self._gap_from_s = gap.from_s != self._gap_from_s, gap.from_s
        sentence = f"{gap.from_s:.1f} s to {gap.to_s:.1f} s: {gap.why}"
        if is_new and len(self.gaps) >= MOST_GAPS_TOLD:
            self.lost["gaps not listed"] += 1
        elif is_new:
            self.gaps.append(sentence)
        elif not self.lost["gaps not listed"]:
            self.gaps[-1] = sentence

    def _finish(self) -> None:
        last: list[Event | Report] = [*self._outage.over(), *self._unstored.over()]
        if self.analysis is not None:
            events, samples = self.analysis.close()
            last += [*events, *samples]
        try:
            self._put_at_last(last)
        finally:
            self._put(self._deps.outputs.finish(self._camera.name, self.last))

    def _put_at_last(self, items: Iterable[Event | Report]) -> None:
        """Hand over what nobody will hand over later: what is refused is tried again, for a second or so."""
        self._owed.extend(items)
        for wait_s in FINISH_RETRIES_S:
            try:
                return self._put(())
            except StoreError as error:
                log.warning("camera %s: %s; trying again in %.1f s", self._camera.name, error, wait_s)
                time.sleep(wait_s)
        return self._put(())

    def _put(self, items: Iterable[Event | Report]) -> None:
        """Hand over to the sink, in order; what it refused comes first, or its end would come without it."""
        self._owed.extend(items)
        while self._owed:
            item = self._owed[0]
            if isinstance(item, Event):
                self._deps.sink.put(item)
                self.events[item.kind] += item.phase is Phase.START
            else:
                self._deps.sink.put_report(item)
            self._owed.popleft()

    def _timed(self, items: Iterator[RawFrame | Gap]) -> Iterator[RawFrame | Gap]:
        while True:
            began = time.perf_counter()
            item = next(items, None)
            if item is None:
                return
            self.times.add("decode", 1000 * (time.perf_counter() - began))
            yield item
