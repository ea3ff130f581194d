"""The tables of decision 0006, row by row, in the wired product: all that it shows of rendered pictures is read.

What is not repeated here: the cost, and what needs hours of pictures (benchmarks/redaction.py measures them).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from passerby.contracts.arrays import Bools
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.contracts.settings import Redaction, RedactionMode
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.pixels.figure import PERSON_BGR, RIM_BGR
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.paint import MOVING_BGR, SHAPE_BGR, UNKNOWN_BGR
from passerby.sim.station import Station
from passerby.sim.truth import FrameTruth
from support.canary import everything_in, found_in
from support.figures import pictures
from support.golden.scenes import SCENARIOS, Scene
from support.leaking import (
    LOW,
    SHARP,
    SURE,
    WH,
    Crafted,
    Film,
    Sees,
    everybody,
    filmed,
    first_half,
    nobody,
    two_of_three,
)
from support.stage import command
from support.wired import FrameOutputs, camera_outputs, command_with

SLOW = pytest.mark.slow


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Film]:
    made: dict[str, Film] = {}

    def film(scenario: str) -> Film:
        if scenario not in made:
            made[scenario] = filmed(scenario, tmp_path_factory.mktemp(scenario))
        return made[scenario]

    return film


@pytest.mark.parametrize(
    ("sees", "score", "scenario", "mode"),
    [
        pytest.param(everybody, SURE, "demo", "silhouette", id="detector on, from the first picture"),
        pytest.param(nobody, SURE, "demo", "silhouette", id="detector never on"),
        pytest.param(first_half, SURE, "demo", "silhouette", id="learned with the detector, then blind"),
        pytest.param(two_of_three, SURE, "demo", "silhouette", id="34 % of boxes dropped"),
        pytest.param(two_of_three, SURE, "demo", "solid", id="34 % of boxes dropped, solid"),
        pytest.param(two_of_three, SURE, "demo", "schematic", id="34 % of boxes dropped, schematic"),
        pytest.param(everybody, LOW, "demo", "silhouette", id="no box ever above 0.39"),
        pytest.param(
            first_half, SURE, "hall-rush", "silhouette", id="then blind, a crowd", marks=pytest.mark.slow
        ),
        pytest.param(two_of_three, SURE, "hall-rush", "solid", id="34 %, a crowd, solid", marks=pytest.mark.slow),
        pytest.param(nobody, SURE, "platform", "silhouette", id="never on, platform", marks=pytest.mark.slow),
    ],
)
def test_no_picture_that_a_run_writes_holds_the_pattern(
    films: Callable[[str], Film], tmp_path: Path, sees: Sees, score: float, scenario: str, mode: RedactionMode
) -> None:
    film, out = films(scenario), tmp_path / "out"
    assert film.with_pattern > 0.8 * len(film.truths), "in the film it can be found"
    crafted = Crafted(film.truths, sees, score)
    answer = command_with(
        lambda *_: crafted, "analyze", "--config", film.config(tmp_path, mode), "--out", out, "--quiet"
    )
    assert answer.code == 0, answer.err
    shown = [*everything_in(out)]
    assert len(shown) > len(film.truths), "every frame of the video, and the picture of the report"
    assert [k for k, picture in enumerate(shown) if found_in(picture)] == []


BAG = Scene("bag", fps=4)
# Seconds of the scene `bag`: nothing is learned; all is, and nobody came; the owner is in a learned place.
EARLY_S, EMPTY_S, PASSES_S = 1.0, 6.0, 9.5
# From here on the wrong detector sees somebody where nobody is.
FALSE_S = 8.5
WAITS = 1  # the number that the simulation gives the one who waits
FALSE_BOX = (60.0, 120.0, 110.0, 240.0)


@dataclass(frozen=True)
class Watched:
    """What the loop showed of the scene `bag`, the raw pictures and truths, by time."""

    shown: dict[float | None, FrameOutputs]
    raw: dict[float, U8]
    truths: dict[float, FrameTruth]

    def box(self, at_s: float) -> tuple[slice, slice]:
        """Where the owner, the last to come, is."""
        x0, y0, x1, y1 = self.truths[at_s].box_px[self.truths[at_s].id.argmax()].round().astype(int).tolist()
        return slice(max(0, y0), y1), slice(max(0, x0), x1)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Watched]:
    """The scene, once with a detector that sees everybody and once with one that is wrong in both ways."""
    station = Station.load(SCENARIOS / "bag.yaml")
    shots = [*station.frames(seconds=PASSES_S + 1, fps=BAG.fps)]
    camera = BAG.camera(station).model_copy(update={"redaction": Redaction(max_px_per_m=SHARP)})
    frames = [frame_of(camera.name, n, t_s, bgr) for n, (t_s, bgr, _) in enumerate(shots, 1)]
    by_number = {n: truth for n, (_, _, truth) in enumerate(shots, 1)}
    raw = {frame.at.s: frame.bgr for frame in frames}
    truths = {frame.at.s: by_number[frame.number] for frame in frames}
    scenes: dict[str, Watched] = {}
    detectors = {
        "right": Crafted(by_number, everybody),
        "wrong": Wrong(by_number, only_the_one_who_waits, false_score=LOW),
        "sure": Wrong(by_number, only_the_one_who_waits, false_score=SURE),
    }
    for name, detector in detectors.items():
        outputs = camera_outputs(camera, frames, detector, tmp_path_factory.mktemp(name))
        scenes[name] = Watched({given.at_s: given for given in outputs}, raw, truths)
    return scenes


def frame_of(camera: str, number: int, t_s: float, bgr: U8) -> RawFrame:
    return RawFrame(camera, number, Timestamp(round(t_s * NS_PER_S)), bgr)


def only_the_one_who_waits(frame: RawFrame, truth: FrameTruth) -> Bools:
    return truth.id == WAITS


@dataclass(frozen=True)
class Wrong(Crafted):
    """Sees somebody where nobody is as well."""

    false_score: float = SURE

    def _found(self, frame: RawFrame) -> Detections:
        found = super()._found(frame)
        if frame.at.s < FALSE_S:
            return found
        boxes = np.concatenate([found.xyxy_px, np.array([FALSE_BOX], np.float32)])
        return replace(found, xyxy_px=boxes, score=np.append(found.score, np.float32(self.false_score)))


Bgr = tuple[int, int, int]
OF_PEOPLE = (PERSON_BGR, RIM_BGR, SHAPE_BGR)


def share(picture: U8, colour: Bgr) -> float:
    return float((picture == np.array(colour, np.uint8)).all(-1).mean())


@pytest.mark.parametrize(
    ("detector", "colours", "others"),
    [
        pytest.param("right", OF_PEOPLE, (MOVING_BGR,), id="somebody, differs: the colours of people"),
        pytest.param("wrong", (MOVING_BGR,), OF_PEOPLE, id="nobody, differs: the colour of what moves"),
    ],
)
def test_somebody_in_a_learned_place_is_a_shape(
    watched: dict[str, Watched], detector: str, colours: tuple[Bgr, ...], others: tuple[Bgr, ...]
) -> None:
    scene = watched[detector]
    part, before = scene.box(PASSES_S), scene.raw[EMPTY_S]
    shown, raw = scene.shown[PASSES_S].shown, scene.raw[PASSES_S]
    assert shown is not None
    assert shown.shape == raw.shape
    assert sum(share(shown[part], colour) for colour in colours) > 0.3
    assert sum(share(shown[part], other) for other in others) == 0
    like, unlike = (np.abs(shown[part].astype(int) - p[part]).max(-1) for p in (raw, before))
    plain = np.any([(shown[part] == colour).all(-1) for colour in colours], axis=0)
    assert ((like <= 12) & (unlike >= 24) & ~plain).mean() < 0.01, "none of their pixels"


@pytest.mark.parametrize(
    ("detector", "fills"),
    [
        pytest.param("wrong", [UNKNOWN_BGR], id="somebody, looks as ever: a plain fill"),
        pytest.param("sure", [UNKNOWN_BGR, PERSON_BGR], id="surely somebody: reset, with a figure"),
    ],
)
def test_somebody_reported_where_all_looks_as_ever_is_covered(
    watched: dict[str, Watched], detector: str, fills: list[tuple[int, int, int]]
) -> None:
    x0, y0, x1, y1 = map(int, FALSE_BOX)
    for at_s in (FALSE_S, PASSES_S):
        shown = watched[detector].shown[at_s].shown
        assert shown is not None
        shares = [share(shown[y0:y1, x0:x1], fill) for fill in fills]
        assert sum(shares) + share(shown[y0:y1, x0:x1], RIM_BGR) > 0.85, "the rest is the smooth rim of the figure"
    assert min(shares) > 0.05, "the figure"


def test_where_nobody_is_the_learned_place_is_shown(watched: dict[str, Watched]) -> None:
    given, raw = watched["right"].shown[EMPTY_S], watched["right"].raw[EMPTY_S]
    assert given.shown is not None
    assert given.covered < 0.05
    assert (np.abs(given.shown.astype(int) - raw).max(-1) < 24).mean() > 0.93


def test_before_anything_is_learned_the_fill_and_figures_are_shown(watched: dict[str, Watched]) -> None:
    for scene in watched.values():
        given = scene.shown[EARLY_S]
        assert given.shown is not None
        assert given.covered == 1.0
        fills = share(given.shown, UNKNOWN_BGR), share(given.shown, PERSON_BGR)
        assert sum(fills) > 0.97, "the rest is the rim of the figure"
        assert fills[1] > 0.002


# A picture every two seconds, up to some minutes after the hour in which low-confidence boxes settle.
EVERY_S, SETTLES_S = 2.0, 66 * 60.0


@pytest.mark.slow
def test_where_low_confidence_boxes_have_settled_people_are_covered_as_ever(tmp_path: Path) -> None:
    """A faint box on a thing for more than an hour; then somebody stands before it whom no detector sees."""
    station = Station.load(SCENARIOS / "bag.yaml")
    shots = [(bgr, truth) for t_s, bgr, truth in station.frames(seconds=PASSES_S + 1, fps=BAG.fps)]
    empty = [bgr for bgr, _ in shots[8:26]]
    camera = BAG.camera(station).model_copy(update={"redaction": Redaction(max_px_per_m=SHARP)})
    passing, truth = shots[-4]
    x0, y0, x1, y1 = truth.box_px[truth.id.argmax()].round().astype(int).tolist()
    count = round(SETTLES_S / EVERY_S)
    frames = [frame_of(camera.name, n, n * EVERY_S, empty[n % len(empty)]) for n in range(1, count)]
    frames.append(frame_of(camera.name, count, count * EVERY_S, passing))
    faint = Faint((x0 - 5.0, y0 - 5.0, x1 + 5.0, y1 + 5.0), shots[12][1])
    outputs = camera_outputs(camera, frames, faint, tmp_path)
    before, last = outputs[-3], outputs[-2]
    assert before.shown is not None
    assert last.shown is not None
    part = slice(max(0, y0), y1), slice(max(0, x0), x1)
    assert (np.abs(before.shown[part].astype(int) - empty[0][part]).max(-1) < 24).mean() > 0.9, "it has settled"
    assert sum(share(last.shown[part], colour) for colour in (MOVING_BGR, *OF_PEOPLE)) > 0.3


@dataclass(frozen=True)
class Faint:
    """Sees the one who waits surely in the first minute, and somebody faintly in one place all the time."""

    box: tuple[float, float, float, float]
    truth: FrameTruth
    batch: int = 1

    @property
    def info(self) -> ModelInfo:
        return ModelInfo("faint", "00" * 32, "none", WH, 0.4)

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        return [self._found(frame) for frame in frames]

    def _found(self, frame: RawFrame) -> Detections:
        boxes = np.array([*self.truth.box_px, self.box], np.float32)
        return Detections(
            frame.camera, frame.at, frame.wh, boxes, np.array([SURE] * (len(boxes) - 1) + [0.3], np.float32)
        )


@pytest.mark.slow
@pytest.mark.shared
def test_no_face_is_found_in_what_is_shown_of_a_real_video(shared: Path, tmp_path: Path) -> None:
    video, yunet = (
        shared / "media" / "intel-one-by-one-432p10.mp4",
        shared / "models/face/face_detection_yunet_2023mar.onnx",
    )
    answer = command("analyze", video, "--out", tmp_path / "out", "--analysis-fps", "4", "--quiet")
    assert answer.code == 0, answer.err
    assert faces([*pictures(video)][::5], yunet) > 10
    assert faces([*everything_in(tmp_path / "out")], yunet) == 0


def faces(shown: Sequence[U8], yunet: Path) -> int:
    found = 0
    for picture in shown:
        detector = cv2.FaceDetectorYN.create(str(yunet), "", picture.shape[1::-1], 0.6)
        rows = detector.detect(np.ascontiguousarray(picture))[1]
        found += 0 if rows is None else len(rows)
    return found
