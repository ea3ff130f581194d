from __future__ import annotations

import copy
import dataclasses
import pickle  # noqa: TID251  to show that it is refused
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.contracts.people import Detections, Tracks
from passerby.contracts.settings import RedactionMode
from passerby.pixels import paint
from passerby.pixels.figure import INCIDENT_BGR, PERSON_BGR, RIM_BGR
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.grid import Grid
from passerby.pixels.look import ONLY_THE_BACKGROUND, FigureMarks, LearnedPicture
from passerby.pixels.paint import MOVING_BGR, OUTLINE_BGR, PLAN_BGR, SHAPE_BGR, UNKNOWN_BGR, Outline
from passerby.pixels.redact import RedactedImage, Redactor, require_redacted
from passerby.scene.background import LATEST_S
from passerby.scene.low_confidence import SETTLED_S
from support.redacted import Redaction
from support.seen import Box, at, found, frame, noise, tracked

WH = (320, 180)
LEARN_S = 8.0
NOT_A_COLOUR_OF_THE_PLACE = (255, 0, 255)
BOX = (140.0, 60.0, 180.0, 150.0)
MODES: tuple[RedactionMode, ...] = ("silhouette", "solid", "schematic")
anywhere = st.floats(-300, 600, width=32) | st.sampled_from([float("nan"), float("inf"), float("-inf"), 3e38])
some_boxes = st.lists(st.tuples(anywhere, anywhere, anywhere, anywhere), max_size=6)


def place(wh: tuple[int, int] = WH) -> U8:
    """Smooth blobs: no pixel is near any colour that is filled in."""
    blobs = np.random.default_rng(5).integers(150, 220, (9, 16, 1)).repeat(3, 2).astype(np.uint8)
    return np.asarray(cv2.resize(blobs, wh, interpolation=cv2.INTER_LINEAR), np.uint8)


def with_somebody(box: Box = BOX, wh: tuple[int, int] = WH) -> U8:
    picture = place(wh)
    x0, y0, x1, y1 = (max(0, round(v)) for v in box)
    picture[y0:y1, x0:x1] = NOT_A_COLOUR_OF_THE_PLACE
    return picture


def learned(mode: RedactionMode = "silhouette", shown: tuple[int, int] = WH) -> Redaction:
    """A redactor that has seen somebody and then the empty place for a while."""
    redactor = Redaction(WH, shown, mode)
    redactor.see(frame(WH, 0.0, bgr=place()), found(wh=WH), tracked([BOX], wh=WH))
    for k in range(1, 4 * round(LEARN_S + 8)):
        redactor.see(frame(WH, k / 4, bgr=place()), found(seconds=k / 4, wh=WH), tracked(seconds=k / 4, wh=WH))
    return redactor


T_S = LEARN_S + 9


def shows(
    redactor: Redaction, bgr: U8, boxes: Sequence[Box] = (), predicted: Sequence[Box] = (), t_s: float = T_S
) -> RedactedImage:
    redactor.see(frame(WH, t_s, bgr=bgr), found(boxes, t_s, wh=WH), tracked(predicted, t_s, wh=WH, predicted=True))
    return redactor.show()


def share(image: RedactedImage, colour: tuple[int, int, int]) -> float:
    return float((image.bgr == np.array(colour, np.uint8)).all(-1).mean())


def near(image: RedactedImage | U8, colour: tuple[int, int, int], by: int = 60) -> int:
    bgr = image.bgr if isinstance(image, RedactedImage) else image
    return int((np.abs(bgr.astype(int) - colour).max(-1) < by).sum())


@pytest.mark.parametrize("mode", MODES)
def test_a_cold_start_shows_no_pixel(mode: RedactionMode) -> None:
    for boxes in ([], [BOX]):
        image = shows(Redaction(WH, WH, mode), noise(WH), boxes, t_s=0.0)
        filled = sum(share(image, colour) for colour in (UNKNOWN_BGR, PERSON_BGR, SHAPE_BGR, PLAN_BGR, RIM_BGR))
        assert filled > 0.98  # the rest is the smooth rim of a figure
        other = shows(Redaction(WH, WH, mode), noise(WH, seed=2), boxes, t_s=0.0)
        np.testing.assert_array_equal(image.bgr, other.bgr, "none of the noise")
        assert image.covered == 1.0


@given(
    st.tuples(st.integers(100, 300), st.integers(100, 300)),
    st.tuples(st.floats(0.3, 1.0), st.floats(0.3, 1.0)),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=50, deadline=None)
def test_a_reduced_place_shows_nothing_of_its_unknown_blocks(
    wh: tuple[int, int], scale: tuple[float, float], seed: int
) -> None:
    """What was learned where a person may be must not reach the pixels beside it."""
    grid, rng = Grid.of(wh), np.random.default_rng(seed)
    known = rng.random((grid.rows, grid.columns)) < 0.7
    picture = np.full((wh[1], wh[0], 3), 100, np.uint8)
    picture[grid.spread(~known, wh) > 0] = NOT_A_COLOUR_OF_THE_PLACE
    small_wh = max(grid.columns, round(scale[0] * wh[0])), max(grid.rows, round(scale[1] * wh[1]))
    fill = np.full((small_wh[1], small_wh[0], 3), UNKNOWN_BGR, np.uint8)
    scene = paint.empty_scene(LearnedPicture(picture, ONLY_THE_BACKGROUND), small_wh, grid, known, fill)
    assert ((scene == 100) | (scene == fill)).all()


@pytest.mark.parametrize("mode", MODES)
def test_a_reduced_picture_looks_like_the_whole_one(mode: RedactionMode) -> None:
    redactor = learned(mode)
    whole = shows(redactor, with_somebody(), [BOX])
    assert redactor.look is not None
    small_wh = WH[0] // 2, WH[1] // 2
    small = whole.drawn(small_wh)
    assert np.abs(small.astype(int) - cv2.resize(whole.bgr, small_wh, interpolation=cv2.INTER_AREA)).mean() < 6
    assert near(small, NOT_A_COLOUR_OF_THE_PLACE) == 0


def test_an_empty_place_is_shown_as_it_is() -> None:
    image = shows(learned(), place())
    assert image.covered == 0
    assert np.abs(image.bgr.astype(int) - place()).max() <= 2


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boxes", [[], [BOX]])
def test_nobody_is_shown_seen_by_the_detector_or_not(mode: RedactionMode, boxes: list[Box]) -> None:
    image = shows(learned(mode), with_somebody(), boxes)
    assert near(image, NOT_A_COLOUR_OF_THE_PLACE) == 0
    assert image.covered > 0.05


def test_a_person_is_a_shape_of_one_colour_and_what_nobody_recognised_of_another() -> None:
    seen, missed = (shows(learned(), with_somebody(), boxes) for boxes in ([BOX], []))
    body = 40 * 90 / (WH[0] * WH[1])
    of_person = sum(share(seen, colour) for colour in (PERSON_BGR, RIM_BGR, SHAPE_BGR))
    assert of_person == pytest.approx(body, rel=0.15)
    assert share(seen, PERSON_BGR) > 0.4 * body, "the figure"
    assert share(missed, MOVING_BGR) == pytest.approx(body, rel=0.15)
    assert share(seen, MOVING_BGR) == share(missed, PERSON_BGR) == share(missed, SHAPE_BGR) == 0
    assert seen.covered > missed.covered, "a box has a margin"


def test_solid_fills_the_box_and_its_margin() -> None:
    image = shows(learned("solid"), with_somebody(), [BOX])
    assert (image.bgr[52:158, 138:182] == PERSON_BGR).all()
    assert (image.bgr[50:160, 135] == RIM_BGR).all()
    faint = shows(learned("solid"), with_somebody(), t_s=T_S + 1)
    assert share(faint, PERSON_BGR) == 0


# A crowd in a place that is not known yet: boxes that overlap, and one who lies before them.
CROWD: list[Box] = [(100.0 + 16 * k, 40.0 + 4 * k, 124.0 + 16 * k, 110.0 + 4 * k) for k in range(6)]
LIES: Box = (120.0, 140.0, 190.0, 170.0)


def figures(image: RedactedImage, colour: tuple[int, int, int] = PERSON_BGR) -> list[tuple[int, int]]:
    """Width and height of each separate patch of a colour of at least 12 px: heads and bodies."""
    mask = (image.bgr == np.array(colour, np.uint8)).all(-1).astype(np.uint8)
    stats = cv2.connectedComponentsWithStats(mask, connectivity=4)[2][1:]
    return [(int(w), int(h)) for _, _, w, h, n in stats if n >= 12]


def test_people_who_overlap_can_be_counted() -> None:
    redactor = Redaction(WH, WH)
    redactor.see(frame(WH), found(CROWD, wh=WH), tracked(wh=WH))
    assert len(figures(redactor.show())) == 2 * len(CROWD), "a head and a body each"


def test_a_track_and_its_detection_are_one_figure() -> None:
    redactor = Redaction(WH, WH)
    redactor.see(frame(WH), found(CROWD[:2], wh=WH), tracked(CROWD, wh=WH))
    assert len(figures(redactor.show())) == 2 * len(CROWD)


@pytest.mark.parametrize(
    ("box", "marks", "lies", "why"),
    [
        (LIES, FigureMarks(), True, "no track: by its shape"),
        ((120.0, 150.0, 190.0, 180.0), FigureMarks(), False, "the edge of the picture cuts it"),
        (BOX, FigureMarks(), False, "stands"),
        (BOX, FigureMarks(lying=frozenset({1})), True, "lies along the view, as the camera's step says"),
    ],
)
def test_it_can_be_seen_who_fell(box: Box, marks: FigureMarks, lies: bool, why: str) -> None:
    redactor = Redaction(WH, WH)
    seen = tracked([box], wh=WH) if marks.lying else tracked(wh=WH)
    redactor.see(frame(WH), found([box], wh=WH), seen)
    width, height = max(figures(redactor.show(marks)))
    assert (width > height) is lies, why


@pytest.mark.parametrize("mode", MODES)
def test_only_the_people_of_an_incident_have_the_accent_colour(mode: RedactionMode) -> None:
    redactor = Redaction(WH, WH, mode)
    redactor.see(frame(WH), found(wh=WH), tracked([CROWD[0], CROWD[5]], wh=WH))
    for marks, people, of_incident in ((FigureMarks(), 2, 0), (FigureMarks(frozenset({2, 77})), 1, 1)):
        image = redactor.show(marks)
        patches = 2 if mode == "silhouette" else 1
        assert len(figures(image)) == patches * people
        assert len(figures(image, INCIDENT_BGR)) == patches * of_incident


@given(some_boxes, st.integers(0, 2**31))
@settings(max_examples=25, deadline=None)
def test_what_the_frame_holds_has_no_effect_but_by_where_it_differs(boxes: list[Box], seed: int) -> None:
    """Two frames that differ from the place in the same cells give the same picture, whatever is in them."""
    one, other = with_somebody(), with_somebody()
    other[60:150, 140:180] = np.random.default_rng(seed).integers(0, 40, (90, 40, 3))
    first, second = (shows(learned(), picture, boxes) for picture in (one, other))
    np.testing.assert_array_equal(first.bgr, second.bgr)


def test_somebody_who_was_learned_is_forgotten_once_the_detector_is_sure() -> None:
    """Sat there from the first picture, unseen and still: the first sure box removes them."""
    redactor = Redaction(WH, WH)
    redactor.see(frame(WH, 0.0, bgr=with_somebody()), found(wh=WH), tracked([(0, 0, 9, 20)], wh=WH))
    for k in range(1, 60):
        t_s = k / 4
        redactor.see(frame(WH, t_s, bgr=with_somebody()), found(seconds=t_s, wh=WH), tracked(seconds=t_s, wh=WH))
    assert near(redactor.show(), NOT_A_COLOUR_OF_THE_PLACE) > 1000, "this is what must not last"
    assert near(shows(redactor, with_somebody(), [BOX], t_s=15.0), NOT_A_COLOUR_OF_THE_PLACE) == 0
    for k in range(61, 100):
        t_s = k / 4
        redactor.see(frame(WH, t_s, bgr=with_somebody()), found(seconds=t_s, wh=WH), tracked(seconds=t_s, wh=WH))
    assert near(redactor.show(), NOT_A_COLOUR_OF_THE_PLACE) == 0, "nor learned again at once"


def always_low_confidence(seconds: float, score: float = 0.3, surest_at_s: float = -1.0) -> Redaction:
    """A redactor whose detector sees somebody faintly in an empty place, and once surely."""
    redactor = Redaction(WH, WH)
    redactor.see(frame(WH, 0.0, bgr=place()), found(wh=WH), tracked([(0, 0, 9, 20)], wh=WH))
    for k in range(1, round(seconds)):
        boxes = found([BOX], float(k), score=0.5 if k == surest_at_s else score, wh=WH)
        redactor.see(frame(WH, float(k), bgr=place()), boxes, tracked(seconds=float(k), wh=WH))
    return redactor


@pytest.mark.slow
def test_a_low_confidence_detection_covers_for_ten_minutes_and_a_sure_one_for_ever() -> None:
    settled_s = SETTLED_S + 8 * LATEST_S
    assert always_low_confidence(SETTLED_S).show().covered > 0.05
    assert always_low_confidence(settled_s).show().covered == 0
    assert always_low_confidence(settled_s, score=0.4).show().covered > 0.05
    assert always_low_confidence(settled_s, surest_at_s=400).show().covered > 0.05


def test_where_low_confidence_detections_have_settled_people_are_covered_as_ever() -> None:
    settled_s = SETTLED_S + 8 * LATEST_S
    redactor = always_low_confidence(settled_s)
    for boxes in ([], [BOX]):
        assert near(shows(redactor, with_somebody(), boxes, t_s=settled_s), NOT_A_COLOUR_OF_THE_PLACE) == 0
    assert shows(redactor, place(), [BOX], t_s=settled_s + 1).covered > 0.05, "somebody may have been learned"


OUTLINES = (
    Outline(((0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95))),
    Outline(((0.5, 0.1), (0.5, 0.55)), closed=False),
    Outline(((-3e6, 0.0), (0.1, 0.1), (0.0, 7e6))),
)


def test_outlines_are_drawn_on_the_fill_only() -> None:
    redactor = Redaction(WH, WH, outlines=OUTLINES)
    redactor.see(frame(WH), found(wh=WH), tracked(wh=WH))
    assert redactor.show().bgr[90, 16].tolist() == pytest.approx(OUTLINE_BGR, abs=20)
    redactor = learned()
    without = shows(redactor, place())
    redactor.redactor = Redactor(WH, outlines=OUTLINES)
    np.testing.assert_array_equal(redactor.show().bgr, without.bgr, "the place is known")


def test_schematic_shows_dots_and_outlines() -> None:
    redactor = Redaction(WH, WH, "schematic", OUTLINES)
    redactor.see(frame(WH), found(wh=WH), tracked([BOX, (20, 20, 40, 90)], wh=WH))
    image = redactor.show()
    assert image.covered == 1.0
    for x, y in ((160, 150), (30, 90)):
        assert image.bgr[y, x].tolist() == [*PERSON_BGR]
    for x, y in ((16, 90), (160, 60)):
        assert image.bgr[y, x].tolist() == pytest.approx(OUTLINE_BGR, abs=20), "the zone, and the line"
    other = Redaction(WH, WH, "schematic", OUTLINES)
    other.see(frame(WH, bgr=place()), found(wh=WH), tracked([BOX, (20, 20, 40, 90)], wh=WH))
    np.testing.assert_array_equal(image.bgr, other.show().bgr)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("wh", "shown"), [((640, 480), (320, 240)), ((1919, 1079), (959, 539)), ((1, 1), (1, 1)), ((3, 400), (3, 160))]
)
def test_it_has_the_size_it_was_given(mode: RedactionMode, wh: tuple[int, int], shown: tuple[int, int]) -> None:
    redactor = Redaction(wh, shown, mode)
    for k in range(20):
        seen = found([(0, 0, 1, 1)] * (k % 2), k / 4, wh=wh), tracked(seconds=k / 4, wh=wh)
        redactor.see(frame(wh, k / 4, bgr=place(wh)), *seen)
        assert redactor.show().wh == shown


@pytest.mark.parametrize("mode", MODES)
def test_500_people_and_none(mode: RedactionMode) -> None:
    chance = np.random.default_rng(3)
    low = chance.uniform(-20, 320, (500, 2))
    boxes = np.hstack([low, low + chance.uniform(0, 12, (500, 2))]).tolist()
    redactor = learned(mode)
    picture = place()
    for box in boxes:
        x0, y0, x1, y1 = (max(0, round(v)) for v in box)
        picture[y0:y1, x0:x1] = NOT_A_COLOUR_OF_THE_PLACE
    assert near(shows(redactor, picture, boxes[:250], boxes[250:]), NOT_A_COLOUR_OF_THE_PLACE) == 0
    assert share(shows(redactor, place(), t_s=T_S + 1), PERSON_BGR) == 0


def test_the_raw_frame_is_unchanged_and_shares_nothing() -> None:
    redactor, raw = learned(), frame(WH, T_S, bgr=with_somebody())
    before = raw.bgr.copy()
    redactor.see(raw, found([BOX], T_S, wh=WH), tracked(seconds=T_S, wh=WH))
    image = redactor.show()
    np.testing.assert_array_equal(raw.bgr, before)
    assert not np.shares_memory(raw.bgr, image.bgr)
    kept = image.bgr.copy()
    for k in range(1, 40):
        shows(redactor, place(), t_s=T_S + k)
    np.testing.assert_array_equal(image.bgr, kept)


def test_it_says_when_and_how_it_was_made() -> None:
    redactor = Redaction(WH, WH)
    redactor.see(frame(WH, 2.5, number=9), found(seconds=2.5, wh=WH), tracked(seconds=2.5, wh=WH))
    image = redactor.show()
    assert (image.camera, image.number, image.at, image.method) == ("platform-1", 9, at(2.5), "silhouette-2")
    assert repr(image) == "RedactedImage('platform-1', 9, 320x180, 100% covered)"


@pytest.mark.parametrize(
    ("boxes", "tracks", "why"),
    [
        (found(seconds=0.1), tracked(), "found a moment later"),
        (found(), tracked(seconds=-0.1), "followed a moment before"),
        (found(camera="platform-2"), tracked(), "found by another camera"),
        (found(), tracked(camera="platform-2"), "followed by another camera"),
        (found(wh=(320, 240)), tracked(), "found in a smaller picture"),
        (found(), tracked(wh=(320, 240)), "followed in a smaller picture"),
    ],
)
def test_boxes_of_another_frame_are_refused_and_nothing_can_be_shown(
    boxes: Detections, tracks: Tracks, why: str
) -> None:
    redactor = Redaction((640, 480), (640, 480))
    redactor.see(frame(), found(), tracked())
    with pytest.raises(ValueError, match="needs the boxes of the same frame"):
        redactor.see(frame(), boxes, tracks)
    with pytest.raises(AssertionError, match="there is no frame to show"):
        redactor.show()


def test_what_fails_half_way_leaves_nothing_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    redactor = learned()

    def breaks(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Grid, "strongest", breaks)
    with pytest.raises(MemoryError):
        shows(redactor, with_somebody())
    with pytest.raises(AssertionError, match="there is no frame to show"):
        redactor.show()


def made(raw: RawFrame) -> RedactedImage:
    redactor = Redaction(raw.wh, raw.wh)
    redactor.see(raw, found([(0, 0, 50, 50)]), tracked())
    return redactor.show()


@pytest.mark.parametrize(
    "forge",
    [
        lambda raw: RedactedImage(raw.camera, raw.number, raw.at, raw.bgr, 0.0),
        lambda raw: RedactedImage(raw.camera, raw.number, raw.at, raw.bgr, 0.0, "silhouette-2", None),
        lambda raw: RedactedImage(raw.camera, raw.number, raw.at, raw.bgr, 0.0, "silhouette-2", object()),
        lambda raw: dataclasses.replace(made(raw), picture=raw.bgr),
        lambda raw: dataclasses.replace(made(raw), picture=made(raw)._picture),
        lambda raw: type("Mine", (RedactedImage,), {})(raw.camera, raw.number, raw.at, raw.bgr, 0.0),
        lambda raw: pickle.dumps(made(raw)),
        lambda raw: RedactedImage.__setstate__(made(raw), [raw.bgr]),  # type: ignore[attr-defined]
        lambda raw: setattr(made(raw), "bgr", raw.bgr),
    ],
)
def test_nothing_but_a_redactor_makes_one(forge: Callable[[RawFrame], object]) -> None:
    with pytest.raises((TypeError, AttributeError)):
        forge(frame())


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda image: copy.deepcopy([image])[0]])
def test_a_copy_is_the_thing_itself(again: Callable[[RedactedImage], RedactedImage]) -> None:
    image = made(frame())
    assert again(image) is image


@pytest.mark.parametrize("made_by", [None, object()])
def test_nothing_but_the_background_makes_a_learned_picture(made_by: object) -> None:
    """Or a raw frame could be drawn as the empty place."""
    with pytest.raises(TypeError, match=r"only passerby\.scene\.background makes"):
        LearnedPicture(frame().bgr, made_by)


def test_its_pixels_cannot_be_written_and_no_field_leads_to_the_key() -> None:
    image = made(frame())
    with pytest.raises(ValueError, match="read-only"):
        image.bgr[0] = 0
    assert {field.name for field in dataclasses.fields(image)} == {
        *("camera", "number", "at", "covered", "method", "_picture")
    }


def test_whatever_keeps_pictures_can_ask_for_redacted_ones() -> None:
    class Mine(RedactedImage):
        def __post_init__(self, picture: object, made_by: object) -> None:
            """Skip the check."""

    raw = frame()
    assert require_redacted(made(raw)).covered > 0
    for other in (raw, raw.bgr, None, Mine(raw.camera, raw.number, raw.at, raw.bgr, 0.0)):
        with pytest.raises(TypeError, match=r"only redacted pictures may be shown or stored, this is a \w+"):
            require_redacted(other)


def test_a_box_whose_score_is_no_number_is_a_box() -> None:
    seen = shows(learned(), with_somebody(), [BOX])
    redactor = learned()
    boxes = found([BOX], T_S, score=float("nan"), wh=WH)
    redactor.see(frame(WH, T_S, bgr=with_somebody()), boxes, tracked(seconds=T_S, wh=WH))
    shown = redactor.show()
    assert share(shown, SHAPE_BGR) > 0.9 * (share(seen, SHAPE_BGR) + share(seen, PERSON_BGR)), "as a shape"
