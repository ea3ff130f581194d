"""Accuracy of passerby and of the usual assembly on the same boxes of one simulated minute, beside their cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from passerby.camera.state import CameraState
from passerby.contracts.arrays import F64
from passerby.contracts.config import Camera
from passerby.contracts.errors import UsageError
from passerby.contracts.events import Event, Phase, Severity
from passerby.contracts.people import Detections
from passerby.evals.matching import PairScore, pair_up
from passerby.evals.result import Cell, Table
from passerby.evals.tracking import Frame, score_tracks
from passerby.evals.watched import detected_frames
from passerby.sim.record import watch
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config
from passerby.sim.verdict import Ideal, ideal_events
from passerby.vision.detector import Detector

CROSSING = "line_crossing"


class _Ours:
    """passerby: tracks and incidents."""

    def __init__(self, camera: Camera, wh: tuple[int, int], detector: Detector) -> None:
        self._state = CameraState(camera, wh, detector.info)
        self.frames: list[Frame] = []
        self.starts: list[Event] = []

    def add(self, found: Detections, frame: Any) -> None:
        result = self._state.step(frame, found)
        rows = result.tracks.confirmed & ~result.tracks.predicted
        self.frames.append((result.tracks.id[rows], result.tracks.xyxy_px[rows]))
        self.starts += [event for event in result.events if event.phase is Phase.START]


class _Assembly:
    """The usual assembly, as benchmarks/assembly.py: ByteTrack, and LineZone with its defaults."""

    def __init__(self, camera: Camera, fps: float, score: float) -> None:
        try:
            import supervision
            from trackers import ByteTrackTracker
        except ImportError:
            raise UsageError("the accuracy of the assembly needs the packages supervision and trackers") from None
        self._sv, self._camera = supervision, camera
        self._tracker = ByteTrackTracker(frame_rate=fps, track_activation_threshold=score)
        ends = ((supervision.Point(*line.from_px), supervision.Point(*line.to_px)) for line in camera.lines)
        self._lines = [supervision.LineZone(*both) for both in ends]
        self.frames: list[Frame] = []
        self.starts: list[Event] = []

    def add(self, found: Detections, _: Any) -> None:
        people: Any = self._sv.Detections(
            found.xyxy_px.astype(float), confidence=found.score, class_id=np.zeros(len(found.score), int)
        )
        people = self._tracker.update(people)
        people = people[people.tracker_id >= 0]
        self.frames.append((people.tracker_id.astype(np.int64), people.xyxy.astype(np.float32)))
        for line, zone in zip(self._camera.lines, self._lines, strict=True):
            into, out_of = zone.trigger(people)
            self.starts += [self._event(line.name, found) for _ in range(int(into.sum() + out_of.sum()))]

    def _event(self, line: str, found: Detections) -> Event:
        number, at_s = str(len(self.starts)), found.at.s
        return Event(
            number, 0, CROSSING, Phase.START, found.camera, line, at_s, at_s, None, 1, Severity.INFO
        )  # fmt: skip


def accuracy_table(detector: Detector, scenario: str, fps: float, width_px: int) -> Table:
    """Play a scenario and return HOTA and the F1 of events of both. Raises UsageError without the packages."""
    station = Station.load(scenario)
    model, seconds = station.model(), station.scenario.seconds
    wh = (width_px, round(model.size_px[1] * width_px / model.size_px[0]))
    camera = unit_config(station.scenario, model, camera_of(model, wh), "simulated").cameras[0]
    both: dict[str, _Ours | _Assembly] = {
        "passerby": _Ours(camera, wh, detector),
        "assembly": _Assembly(camera, fps, detector.info.score),
    }
    truth: list[F64] = []
    for number, shot in enumerate(detected_frames(station, model.name, wh, seconds, fps, detector), 1):
        truth.append(_rows(number, shot.seen.id, shot.seen.xyxy_px))
        for contender in both.values():
            contender.add(shot.found, shot.frame)
    ideals = ideal_events(station.scenario, model.name, watch(station, model.name, seconds))
    rows = [_row(name, one, np.concatenate(truth), ideals) for name, one in both.items()]
    heads = ("program", "HOTA", "F1 of crossings", "F1 of all events", "true", "found", "false")
    note = (
        f"The simulated scenario {scenario} at {wh[0]} x {wh[1]} px, {fps:g} analysed frames/s. An event is found "
        "if it begins within 3 s of the true one. The assembly has crossings only."
    )
    return Table("Accuracy on the same boxes", heads, tuple(rows), note)


def _rows(number: int, ids: Any, xyxy: Any) -> F64:
    """Return rows as of MOTChallenge: frame, id, x, y, w, h."""
    boxes = np.asarray(xyxy, np.float64)
    return np.column_stack([np.full(len(ids), number), ids, boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])


def _row(name: str, one: _Ours | _Assembly, truth: F64, ideals: Sequence[Ideal]) -> tuple[Cell, ...]:
    pairs = pair_up(ideals, one.starts)
    crossings, all_ = PairScore.of(pairs, CROSSING), PairScore.of(pairs)
    return name, score_tracks(truth, one.frames).hota, crossings.f1, all_.f1, all_.true, all_.found, all_.false
