"""The step of one camera: a frame and its detections in, tracks, events and samples out.

All state of a camera is in this class. The step reads no clock, opens no file and starts no thread, so a
recording, a live camera, an evaluation and a test run the same code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from passerby.behaviour.incidents import Incidents
from passerby.camera.behaviours import Behaviours
from passerby.camera.covering import CoverageMeter
from passerby.camera.fault_incidents import FaultIncidents
from passerby.camera.floor import FloorWatch
from passerby.camera.ids import recording_ids
from passerby.camera.limits import DetectorLimits
from passerby.camera.marks import Marking
from passerby.camera.outlines import outlines_of
from passerby.camera.result import FrameResult, LastResult
from passerby.camera.schedule import Schedules, WallClock
from passerby.camera.shown import shown_wh
from passerby.camera.totals import Totals
from passerby.camera.trial import RuleTrial
from passerby.config.scale import scaled_to
from passerby.contracts.config import Camera
from passerby.contracts.events import Event, Gap
from passerby.contracts.people import Detections, Tracks
from passerby.contracts.ports import DepartureSource, FloorMemory
from passerby.contracts.results import History, ModelInfo
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.plane import GroundPlane
from passerby.pixels.frame import RawFrame
from passerby.pixels.look import Look
from passerby.pixels.redact import RedactedImage, Redactor
from passerby.scene.optics.focus_measure import FocusMeasure
from passerby.scene.place import Place
from passerby.scene.view import SceneView
from passerby.scene.watch import SceneWatch
from passerby.vision.tracker import Tracker

Span = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class CameraPorts:
    """The services of a step.

    new_id: identifiers of incidents; None numbers them per camera. clock: for rules with a schedule. departures: a
    source of departures other than the picture. memory: stores a learned floor between runs. lost: counts losses
    by name. place: the learned background to continue with; drawn: the place of the pictures, if it is another.
    span: measures a part of the step.
    """

    new_id: Callable[[], str] | None = None
    clock: WallClock | None = None
    departures: DepartureSource | None = None
    memory: FloorMemory | None = None
    lost: Counter[str] = field(default_factory=Counter)
    place: Place | None = None
    drawn: Place | None = None
    span: Span = lambda _: nullcontext()


@dataclass(frozen=True, slots=True)
class _SizeChange:
    """What another size of the picture led to. ended: incidents that were open."""

    gap: Gap | None = None
    ended: tuple[Event, ...] = ()


class CameraState:
    """All state of one camera, built once the size of its picture is known.

    camera: as configured; it is scaled to the picture `frame_wh`. Without `picture_px` its coordinates are those
    of this first picture. model: limits of the detector. If the size changes, the next step adapts everything to
    it: tracks, floor and background start again, sums and counts continue.
    Raises CalibrationError if the floor cannot be built, also in a step that changes the size.
    """

    def __init__(
        self,
        camera: Camera,
        frame_wh: tuple[int, int],
        model: ModelInfo | DetectorLimits,
        ports: CameraPorts | None = None,
    ) -> None:
        ports = ports or CameraPorts()
        self._drawn = camera if camera.picture_px else camera.model_copy(update={"picture_px": frame_wh})
        self._ports, self._new_id = ports, ports.new_id or recording_ids(camera.name)
        self._look_at(frame_wh)
        self._model, limits = model, _limits(model, frame_wh)
        self.totals, self.coverage = Totals(), CoverageMeter()
        self._span = ports.span
        self._tracker: Tracker | None = None
        self._score = limits.score
        self._behaviours = Behaviours(self.camera, frame_wh, self._floor.plane, limits)
        self._schedules = Schedules(camera.rules, ports.clock or WallClock())
        self._incidents = Incidents(camera.name, camera.rules, self._new_id)
        self._faults = FaultIncidents(camera.name, self._new_id)
        self._tried: Camera | None = None
        self._trial: RuleTrial | None = None

    @property
    def plane(self) -> GroundPlane | None:
        """The present floor of the rules, None while there is none."""
        return self._behaviours.plane

    def step(self, frame: RawFrame | None, detections: Detections) -> FrameResult:
        """Process one frame with its own detections; without a frame, boxes alone."""
        changed = self._fit(detections.frame_wh, detections.at)
        with self._span("track"):
            tracks = self._tracker_of(detections.camera).step(detections)
        with self._span("scene"):
            scene = self._scene.step(frame, detections, tracks)
        return self._behave(tracks, scene, changed)

    def step_tracks(self, tracks: Tracks) -> FrameResult:
        """Process one frame of people with known tracks, for example labelled walks."""
        changed = self._fit(tracks.frame_wh, tracks.at)
        return self._behave(tracks, self._scene.step(None, None, tracks), changed)

    def try_rules(self, camera: Camera | None) -> None:
        """Run the rules of `camera`, as configured, beside the present ones from the next frame on; None for none.

        Its floor and everything else are those of this state; FrameResult.tried has its events.
        """
        if camera is not self._tried:
            self._tried = camera
            self._begin_trial()

    def draw(self, look: Look, result: FrameResult) -> RedactedImage:
        """Return the redacted picture of a frame from its `look` and its result."""
        if self.redactor.shows_place:
            self.coverage.add(look)
        return self.redactor.draw(look, self._marking.of(result, self.plane))

    def gap(self) -> tuple[Event, ...]:
        """End open incidents and reset all tracks, because the picture was interrupted."""
        return (*self._interrupt(), *self._faults.end_all())

    def pause(self) -> tuple[Event, ...]:
        """End incidents of people and reset all tracks, because pictures will not be analysed for a while.

        Faults of the picture last. What the next picture shows differently is learned again.
        """
        self.place.revalidate()
        return self._interrupt()

    def focus_measure(self) -> FocusMeasure:
        """Return a measurement of the sharpness of the background."""
        return self._scene.optics.focus_measure()

    def _interrupt(self) -> tuple[Event, ...]:
        self._floor.reset()
        self._scene.reset()
        if self._tracker is not None:
            self._tracker.reset()
        self._behaviours.gap()
        if self._trial is not None:
            self._trial.gap()
        self.totals.reset()
        return tuple(self._incidents.end_all())

    def close(self) -> LastResult:
        """End open incidents and return the unfinished windows, because the run has ended."""
        samples = self._behaviours.close()
        self.totals.add_levels(samples)
        last = (*self._incidents.end_all(), *self._faults.end_all(), *self._floor.close())
        return LastResult(last, samples)

    def history(self) -> History:
        """Return the data of the report."""
        return self._behaviours.history()

    @property
    def calibration_rms_cm(self) -> float | None:
        """Residual of the surveyed points on the present floor; None without them."""
        rms_cm = self.plane.rms_cm if self.plane else None
        return None if rms_cm is None else round(rms_cm, 1)

    @property
    def no_floor_because(self) -> str:
        """The reason why no floor has been learned yet; "" if there is one, or if none was requested."""
        return self._floor.refused

    @property
    def suppressed(self) -> int:
        """Hits that a cool-down suppressed."""
        return self._incidents.suppressed

    def _tracker_of(self, source: str) -> Tracker:
        """Return the tracker; it refuses frames of any other source than the first."""
        if self._tracker is None:  # an empty one is kept: track numbers are never reused
            self._tracker = Tracker(source, self._score)
        return self._tracker

    def _look_at(self, frame_wh: tuple[int, int]) -> None:
        """Build floor, redactor and scene for pictures of this size."""
        ports = self._ports
        self.camera, self.frame_wh = scaled_to(self._drawn, frame_wh), frame_wh
        self._floor = FloorWatch(self.camera, frame_wh, self._new_id, ports.memory)
        redaction = self.camera.redaction
        shown = shown_wh(frame_wh, self._floor.plane, redaction.max_px_per_m)
        # A plan shows no picture of the place, so no background is stored.
        learned = (1, 1) if redaction.mode == "schematic" else shown
        self.redactor = Redactor(shown, redaction.mode, outlines_of(self.camera, frame_wh))
        self._marking = Marking(self.camera.zones)
        kept = ports.place
        self.place = kept if kept is not None and kept.fits(frame_wh, learned) else Place(frame_wh, learned)
        drawn = ports.drawn if ports.drawn is not None and ports.drawn.fits(frame_wh, learned) else None
        self._scene = SceneWatch(self.camera, frame_wh, self.place, ports.departures, ports.lost, drawn)

    def _fit(self, frame_wh: tuple[int, int], at: Timestamp) -> _SizeChange:
        """Adapt to pictures of another size, if they have one."""
        if frame_wh == self.frame_wh:
            return _SizeChange()
        before, after = ("{} x {}".format(*wh) for wh in (self.frame_wh, frame_wh))
        why = f"the size of the picture changed from {before} to {after} px"
        ended = (*self.gap(), *self._floor.close())
        self._look_at(frame_wh)
        self._behaviours.resize(self.camera, frame_wh, self._floor.plane, _limits(self._model, frame_wh))
        self._begin_trial()
        return _SizeChange(Gap(self.camera.name, at.s, at.s, at.utc, why), ended)

    def _behave(self, tracks: Tracks, scene: SceneView, changed: _SizeChange) -> FrameResult:
        with self._span("rules"):
            drift = self._floor.step(tracks)
            self._recalibrate()
            ground = self._behaviours.place(tracks, scene.trains)
            self.totals.step(tracks)
            samples = self._behaviours.measure(ground)
            self.totals.add_levels(samples)
            shown = Scene(ground, scene.trains, scene.objects)
            hits = [hit for rule in self._behaviours.rules for hit in rule.step(shown)]
            hits = [hit for hit in hits if self._schedules.is_active(hit.rule, shown.at)]
            events = self._incidents.step(hits, ground.at)
            faults = self._faults.step(scene.optics.faults, ground.at)
            tried = self._trial.step(shown) if self._trial is not None else []
        events = [*changed.ended, *drift, *faults, *events]
        opened = self._incidents.open_incidents()
        return FrameResult(tracks, ground, scene, tuple(events), samples, opened, changed.gap, tuple(tried))

    def _begin_trial(self) -> None:
        self._trial = None
        if self._tried is not None:
            camera, limits = scaled_to(self._tried, self.frame_wh), _limits(self._model, self.frame_wh)
            clock = self._ports.clock or WallClock()
            self._trial = RuleTrial(camera, self.plane, limits, clock, self._new_id)

    def _recalibrate(self) -> None:
        """Replace the floor by the learned one, between incidents; a wrong floor is removed at once."""
        plane = self._floor.plane
        if plane is not self.plane and (plane is None or not len(self._incidents)):
            self._behaviours.recalibrate(plane)
            self._begin_trial()


def _limits(model: ModelInfo | DetectorLimits, frame_wh: tuple[int, int]) -> DetectorLimits:
    return DetectorLimits.of(model, frame_wh) if isinstance(model, ModelInfo) else model
