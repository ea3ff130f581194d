"""The loop of one camera: from frame to event. Data flows in one direction, and raw pixels end at the redactor."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from passerby.camera.fault_incidents import FaultIncidents, reported_fault
from passerby.camera.floor_dots import Dots, floor_dots
from passerby.camera.ids import recording_ids
from passerby.camera.meter import HealthMeter, StageTimes
from passerby.camera.outage import EVIDENCE_KIND, OutageWatch
from passerby.camera.outputs import Outputs
from passerby.camera.overlay import Overlay
from passerby.camera.pause import AnalysisPause, Pause, PauseWatch
from passerby.camera.rate import AnalysisRate, needs_full_rate
from passerby.camera.result import FrameResult
from passerby.camera.state import CameraPorts, CameraState
from passerby.camera.stream_health import StreamHealth
from passerby.contracts.camera_faults import NO_OPTICS, OpticsView
from passerby.contracts.config import Camera
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, EvidenceFile, Gap, Phase
from passerby.contracts.ports import Record, RecordSink
from passerby.contracts.time import Timestamp
from passerby.contracts.trial import TrialWatch
from passerby.ingest.source import FrameSource, Losses
from passerby.pixels.frame import RawFrame
from passerby.pixels.look import Look
from passerby.pixels.redact import RedactedImage
from passerby.scene.watch import FAILED
from passerby.vision.detector import Detector

log = logging.getLogger(__name__)
# A camera with frequent outages over months must not fill the memory with sentences.
MOST_GAPS_REPORTED = 200
UNLISTED = "gaps not listed"


@dataclass(frozen=True, slots=True)
class CameraServices:
    """The services of the loop: chosen in app, replaced in tests.

    ports: of the step; the loop adds its own losses and times. analysis_fps: most frames analysed per second of
    video; None for all. idle_fps: see AnalysisRate. is_live: an outage becomes a camera_lost incident.
    progress: called with the time of every frame. stage_clock: see StageTimes. trial: changed rules to try.
    """

    detector: Detector
    recorder: RecordSink
    outputs: Outputs
    ports: CameraPorts = field(default_factory=CameraPorts)
    analysis_fps: float | None = None
    idle_fps: float | None = None
    is_live: bool = False
    progress: Callable[[Timestamp], None] = lambda _: None
    stage_clock: Callable[[], float] | None = None
    trial: TrialWatch | None = None


class CameraLoop:
    """Runs one camera. Its counters can be read at any time; summary.py summarises them.

    frames: decoded, including dropped ones; frames_analysed: passed to the detector; first, last: their times.
    state: None before the first picture. gaps: sentences. events: incidents by kind.
    lost: counted losses. rate, pause: of the analysis; other threads may change them while the camera runs.
    dots: see floor_dots, of the last analysed picture.
    optics: the health of the last analysed picture. reported: names of the faults that the camera itself reports.
    """

    def __init__(self, camera: Camera, source: FrameSource, services: CameraServices) -> None:
        self._camera, self._source, self._services = camera, source, services
        self.times = StageTimes(services.stage_clock)
        self.state: CameraState | None = None
        self.frames = self.frames_analysed = 0
        self.first: Timestamp | None = None
        self.last: Timestamp | None = None
        self.gaps: list[str] = []
        self.events: Counter[str] = Counter()
        self.lost = services.outputs.lost
        self.rate = AnalysisRate(services.analysis_fps, services.idle_fps)
        self._health = HealthMeter(camera.name, lambda: source.losses, self.times)
        new_id = services.ports.new_id or recording_ids(camera.name)
        self._ports = replace(services.ports, new_id=new_id, lost=self.lost, span=self.times.span)
        self._outage = OutageWatch(camera.name, new_id)
        self._unstored = OutageWatch(camera.name, new_id, EVIDENCE_KIND)
        self.pause = AnalysisPause()
        self.dots: Dots = ()
        self.optics: OpticsView = NO_OPTICS
        self._paused = PauseWatch(camera.name, new_id)
        self.reported: frozenset[str] = frozenset()
        self._stream = StreamHealth()
        self._unseen = FaultIncidents(camera.name, new_id)
        self._overlay: Overlay | None = None
        self._gap_from_s: float | None = None

    def run(self, stop: threading.Event) -> None:
        """Run until the source ends or `stop` is set; then end every open incident, also after an error.

        Raises the InputError of the source and the StoreError of the sink; data that was stored before remains.
        """
        items = self._source.frames(stop, self._wants, self.rate.is_resting)
        try:
            for item in self._timed(items):
                if isinstance(item, Gap):
                    self._gap(item)
                else:
                    self._frame(item)
        finally:
            if isinstance(items, Generator):
                items.close()  # now, not when the error that ended the loop is released: it holds a camera
            self._finish()

    @property
    def losses(self) -> Losses:
        """The present counters of the source."""
        return self._source.losses

    def _wants(self, number: int, at: Timestamp) -> bool:
        """Count a decoded frame; return whether it is due for analysis."""
        self.frames = number
        self.first, self.last = self.first or at, at
        self._services.progress(at)
        self._services.outputs.tally.arrived(number, at)
        self._put(self._outage.over(at.s))
        return self.rate.wants(at)

    def _frame(self, frame: RawFrame) -> None:
        with self.times.span("frame"):
            state, pause = self._ready(frame), self.pause.present
            if pause is None:
                self._put(self._paused.over())
                self._analyse(frame, state)
            else:
                self._hold(frame, state, pause)

    def _hold(self, frame: RawFrame, state: CameraState, pause: Pause) -> None:
        """Process a picture that is not analysed."""
        self.rate.seen(True, frame.at)
        if not self._paused.is_on:
            self._interrupt(state.pause())
        gap, events = self._paused.lasts(pause, frame.at)
        self._write_down(gap)
        self._put(events)
        pause.see(frame, state)

    def _analyse(self, frame: RawFrame, state: CameraState) -> None:
        with self.times.span("detect"):
            (found,) = self._services.detector.detect([frame])
        trial = self._services.trial
        state.try_rules(trial.camera if trial else None)
        result = state.step(frame, found)
        self.dots = floor_dots(result)
        if trial:
            trial.take(result.events, result.tried)
        self.rate.seen(needs_full_rate(result), frame.at)
        happened = [*result.events, *self._judge(result.scene.optics, frame.at)]
        if result.gap is not None:
            self._resized(result.gap, state)
        starts = any(event.phase is Phase.START for event in happened)
        look = result.scene.look
        is_wanted = look is not None and (starts or self._services.outputs.wants(frame.at))
        image = self._shown(state, look, result) if look is not None and is_wanted else None
        with self.times.span("write"):
            self._services.outputs.people(frame.number, result.tracks, result.ground)
            events = self._with_evidence(result, happened, image)
            self._put(
                [
                    *events,
                    *result.samples,
                    *self._health.frame(frame.at, self.optics),
                    *self._services.outputs.tally.due(self._camera.name),
                ]
            )
        self.frames_analysed += 1

    def _judge(self, optics: OpticsView, at: Timestamp) -> list[Event]:
        """Return the events of faults that the picture does not show, and keep the health of the camera."""
        unseen = (*reported_fault(self.reported, at), *self._stream.step(self.losses, at))
        self.optics = replace(optics, faults=(*optics.faults, *unseen))
        return self._unseen.step(unseen, at)

    def _with_evidence(
        self, result: FrameResult, events: Sequence[Event], image: RedactedImage | None
    ) -> Iterator[Event | EvidenceFile]:
        """Yield the frame's events with their evidence, and the events about evidence itself."""
        assert self._overlay is not None
        self._overlay.step(result.ground, result.open_incidents)
        yield from self._services.outputs.evidence(events, image, self._overlay, result.at)
        trouble = self._services.outputs.trouble(self._camera.name, result.at)
        yield from self._unstored.gap(trouble) if trouble else self._unstored.over()

    def _shown(self, state: CameraState, look: Look, result: FrameResult) -> RedactedImage | None:
        """Return the redacted picture, already passed to the outputs; None, and a counted loss, if that fails."""
        try:
            with self.times.span("redact"):
                image = state.draw(look, result)
            with self.times.span("encode"):
                self._services.outputs.picture(image)
        except StoreError:
            raise
        except Exception:  # any other error: no picture is better than a raw one
            self.lost[FAILED] += 1
            log.exception("camera %s: a picture could not be redacted and is not shown", self._camera.name)
            return None
        return image

    def _ready(self, frame: RawFrame) -> CameraState:
        """Return the state; it is built with the first picture, which determines its size."""
        if self.state is None:
            self.state = CameraState(self._camera, frame.wh, self._services.detector.info, self._ports)
            self._overlay = Overlay(self.state.camera, frame.wh)
        return self.state

    def _resized(self, gap: Gap, state: CameraState) -> None:
        """Write down that the size of the picture changed, and draw for the new one."""
        self._write_down(gap)
        if not self.lost[UNLISTED]:
            log.warning("camera %s: %s; background and learned floor start again", self._camera.name, gap.why)
        self._overlay = Overlay(state.camera, state.frame_wh)
        self._services.outputs.interrupt()

    def _gap(self, gap: Gap) -> None:
        self._write_down(gap)
        self._stream.reset()
        if self._services.is_live:
            self._put(self._services.outputs.evidence_of_loss(self._outage.gap(gap)))
        if self.state is not None:
            self._interrupt(self.state.gap())
        self._put(self._health.gap(gap))

    def _interrupt(self, ended: tuple[Event, ...]) -> None:
        """End what lasts from picture to picture."""
        assert self._overlay is not None
        self.dots = ()
        self._put(ended)
        self._overlay.reset()
        self._services.outputs.interrupt()

    def _write_down(self, gap: Gap) -> None:
        """Store one sentence per gap, updated while the gap lasts; after MOST_GAPS_REPORTED only their number."""
        is_new, self._gap_from_s = gap.from_s != self._gap_from_s, gap.from_s
        from_s, to_s = f"{gap.from_s:.1f} s", f"{gap.to_s:.1f} s"
        sentence = f"{from_s} to {to_s}: {gap.why}" if from_s != to_s else f"at {from_s}: {gap.why}"
        if is_new and len(self.gaps) >= MOST_GAPS_REPORTED:
            self.lost[UNLISTED] += 1
        elif is_new:
            self.gaps.append(sentence)
        elif not self.lost[UNLISTED]:
            self.gaps[-1] = sentence

    def _finish(self) -> None:
        last: list[Record] = [*self._outage.over(), *self._unstored.over(), *self._paused.over()]
        last += self._unseen.end_all()
        if self.state is not None:
            ended = self.state.close()
            last += [*ended.events, *ended.samples]
        try:
            self._put(last)
        finally:
            self._put(self._services.outputs.finish(self._camera.name, self.last))

    def _put(self, records: Iterable[Record]) -> None:
        """Pass records that belong together to the recorder."""
        records = list(records)
        if not records:
            return
        self._services.recorder.put(records)
        self.events.update(r.kind for r in records if isinstance(r, Event) and r.phase is Phase.START)

    def _timed(self, items: Iterator[RawFrame | Gap]) -> Iterator[RawFrame | Gap]:
        while True:
            began = self.times.clock()
            item = next(items, None)
            if item is None:
                return
            self.times.add("decode", 1000 * (self.times.clock() - began))
            yield item
