from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from passerby.camera.behaviours import whole_picture
from passerby.camera.limits import DetectorLimits
from passerby.camera.state import CameraPorts, CameraState
from passerby.contracts.config import Camera
from passerby.contracts.errors import CalibrationError
from passerby.contracts.events import Event, LineSample, Phase, ZoneSample
from passerby.contracts.people import Detections
from support.fakes import every
from support.figures import WH, Figure
from support.seen import found, frame
from support.stage import CAMERA, CAST, KINDS, LOITERER, PASSER, SECONDS, camera

SCORE = 0.4
PLACE = np.full((WH[1], WH[0], 3), 90, np.uint8)


def state(of: Camera) -> CameraState:
    ids = (f"i{n}" for n in itertools.count())
    return CameraState(of, WH, DetectorLimits(SCORE), CameraPorts(lambda: next(ids)))


def boxes(figures: tuple[Figure, ...], t_s: float) -> Detections:
    return found([box for f in figures if (box := f.box(t_s))], t_s, wh=WH, camera=CAMERA["name"])


class Story:
    """The state of a camera and everything it reported."""

    def __init__(self, of: Camera) -> None:
        self.state = state(of)
        self.events: list[Event] = []
        self.samples: list[Any] = []

    def play(self, figures: tuple[Figure, ...], until_s: float = SECONDS, from_s: float = 0.0) -> Story:
        for t_s in every(0.1, until_s, from_s):
            result = self.state.step(None, boxes(figures, t_s))
            self.events += result.events
            self.samples += result.samples
        return self

    def close(self) -> Story:
        last = self.state.close()
        self.events += last.events
        self.samples += last.samples
        return self

    @property
    def open(self) -> set[str]:
        lasting = [e for e in self.events if e.kind != "line_crossing"]
        return {e.id for e in lasting} - {e.id for e in lasting if e.phase is Phase.END}


def test_a_scene_gives_an_event_of_every_kind_and_each_one_ends() -> None:
    story = Story(camera()).play(CAST).close()
    assert {e.kind for e in story.events} == KINDS
    assert story.open == set()
    assert len({(e.id, e.seq) for e in story.events}) == len(story.events)
    assert {s.zone for s in story.samples if isinstance(s, ZoneSample)} == {"platform", "track"}
    (stairs,) = [s for s in story.samples if isinstance(s, LineSample)]
    assert (stairs.in_, stairs.out) == (1, 1)


def test_people_are_counted_at_once_and_in_all() -> None:
    story = Story(camera()).play(CAST)
    assert story.state.totals.people_max == 3
    assert story.state.totals.people_total == 4


def test_a_single_weak_sight_is_nobody() -> None:
    story = Story(camera())
    for t_s in every(0.1, 2.0):
        once = found([(100, 140, 124, 200)] if t_s == 0.5 else [], t_s, wh=WH, camera=CAMERA["name"])
        low = found([(200, 140, 224, 200)], t_s, score=0.3, wh=WH, camera=CAMERA["name"])
        for one in (once, low):
            later = replace(one, at=replace(one.at, mono_ns=one.at.mono_ns + (one is low)))
            story.state.step(None, later)
    assert (story.state.totals.people_max, story.state.totals.people_total) == (0, 0)


def test_a_camera_without_zones_is_counted_by_its_whole_picture() -> None:
    story = Story(camera(zones=[], lines=[], rules=[], calibration=None)).play(CAST).close()
    (sample,) = [s for s in story.samples if isinstance(s, ZoneSample)]
    assert (sample.zone, sample.density_per_m2) == ("picture", None)
    assert sample.count_max == 3
    assert story.events == []
    built = story.state.history()
    assert [zone.name for zone in built.zones] == ["picture"]
    assert built.speed_s == ()


def test_the_whole_picture_has_its_corners() -> None:
    assert whole_picture((4, 3)).polygon_px == ((0, 0), (4, 0), (4, 3), (0, 3))


def test_an_interruption_ends_what_is_open_and_resets_everything() -> None:
    story = Story(camera()).play((LOITERER,), until_s=8.0)
    assert story.open, "somebody has been staying"
    before = story.state.totals.people_total
    story.events += story.state.gap()
    assert story.open == set()
    assert story.state.gap() == (), "twice is harmless"
    story.play((LOITERER,), until_s=11.0, from_s=9.0)
    assert story.state.totals.people_total == before + 1, "nobody is linked across a gap"
    assert {len(part) for part in (story.state._behaviours.motion, story.state._incidents)} <= {0, 1}


def test_time_may_go_on_where_it_likes_after_an_interruption() -> None:
    story = Story(camera()).play((LOITERER,), until_s=3.0)
    before = story.state.totals.people_total
    story.state.gap()
    story.play((LOITERER,), until_s=4.0, from_s=2.95)
    assert story.state.totals.people_total == before + 1


def test_the_same_boxes_give_the_same_story() -> None:
    a, b = (Story(camera()).play(CAST).close() for _ in range(2))
    assert a.events == b.events
    assert a.samples == b.samples
    assert np.array_equal(a.state.history().heat, b.state.history().heat)


def test_nothing_is_remembered_of_people_who_left() -> None:
    story = Story(camera())
    for n in range(25):
        once = Figure(PASSER.colour, tuple((t + 4.0 * n, x, y) for t, x, y in ((0, 30, 200), (1.5, 250, 200))))
        story.play((once,), until_s=4.0 * (n + 1), from_s=4.0 * n)
    story.play((), until_s=252.0, from_s=240.0)  # loitering waits gap_s for somebody to come back
    assert story.state.totals.people_total >= 25
    assert len(story.state.totals._counted) == 0
    assert len(story.state._behaviours.motion) == 0
    assert len(story.state._tracker) == 0
    assert {len(rule) for rule in story.state._behaviours.rules} == {0}


def test_a_track_number_is_never_given_to_another_person() -> None:
    watched = state(camera())
    numbers = []
    for t_s in every(0.1, 12.0):
        is_away = 4.0 <= t_s < 8.0  # longer than a track is predicted
        seen = [] if is_away else [box for box in [PASSER.box(t_s % 8.0)] if box]
        tracks = watched.step(None, found(seen, t_s, wh=WH, camera=CAMERA["name"])).tracks
        numbers += [set(tracks.id.tolist())]
    first, second = set.union(*numbers[:40]), set.union(*numbers[80:])
    assert first
    assert second
    assert not first & second


def test_hits_that_a_cool_down_kept_quiet_are_counted() -> None:
    rules = [{"kind": "loitering", "zone": "track", "dwell_s": 1, "gap_s": 0, "cooldown_s": 60}]
    there = Figure(PASSER.colour, ((0.0, 160, 120), (2.0, 160, 120)))
    again = Figure(PASSER.colour, ((7.0, 160, 120), (9.0, 160, 120)))
    story = Story(camera(rules=rules)).play((there, again)).close()
    assert [e.phase for e in story.events] == [Phase.START, Phase.END]
    assert story.state.suppressed > 0


def test_a_floor_that_cannot_be_is_refused_when_the_picture_is_known() -> None:
    flat = [{"px": [10 * n, 10], "m": [n, 0]} for n in range(4)]
    with pytest.raises(CalibrationError):
        state(camera(calibration={"points": flat}))


def test_a_camera_is_redacted_as_it_is_configured() -> None:
    of = camera(redaction={"mode": "schematic", "max_px_per_m": 20})
    made = state(of)
    result = made.step(frame(WH, camera=CAMERA["name"]), boxes((), 0.0))
    assert made.redactor.method == "schematic-2"
    assert result.scene.look is not None
    assert max(made.redactor.draw(result.scene.look).wh) < max(WH), "the nearest metre is wider than 20 px"
    assert state(camera()).redactor.method == "silhouette-2"


def test_a_learned_background_goes_on_in_a_new_state_of_the_same_picture() -> None:
    first = state(camera())
    for t_s in every(0.25, 20.0):
        people = (LOITERER,) if t_s < 3.0 else ()  # a detector that has found somebody here is trusted
        first.step(frame(WH, t_s, bgr=PLACE, camera=CAMERA["name"]), boxes(people, t_s))
    again = CameraState(camera(), WH, DetectorLimits(SCORE), CameraPorts(place=first.place))
    result = again.step(frame(WH, 0.0, bgr=PLACE, camera=CAMERA["name"]), boxes((), 0.0))
    assert result.scene.look is not None
    assert result.scene.look.foreground.known.any(), "the place is known from before"
    other = CameraState(camera(picture_px=None), (64, 48), DetectorLimits(SCORE), CameraPorts(place=first.place))
    assert other.place is not first.place, "a picture of another size is another place"


def halved(found: Detections) -> Detections:
    """The same boxes in a picture of half the width and height."""
    half = (WH[0] // 2, WH[1] // 2)
    return replace(found, frame_wh=half, xyxy_px=found.xyxy_px / 2)


def resized_story(of: Camera) -> Story:
    """Four seconds in full size, then the same people at half the size."""
    story = Story(of).play(CAST, 4.0)
    for t_s in every(0.1, SECONDS, 4.0):
        result = story.state.step(None, halved(boxes(CAST, t_s)))
        story.events += result.events
        story.samples += result.samples
        assert (result.gap is not None) == (t_s == 4.0)
    return story


@pytest.mark.parametrize(
    "picture_px", [WH, None], ids=["the size of the drawing is given", "it is the first one's"]
)
def test_another_size_is_a_gap_and_every_place_is_scaled(picture_px: tuple[int, int] | None) -> None:
    story = resized_story(camera(picture_px=picture_px))
    assert story.state.frame_wh == (160, 120)
    assert story.state.camera.zones[0].polygon_px[0] == (2.5, 117.5)
    before = {e.id for e in story.events if e.began_s < 4.0 and e.kind != "line_crossing"}
    ended = {e.id for e in story.events if e.phase is Phase.END and e.at_s <= 4.0}
    assert before == ended != set(), "what was open has ended"
    after = {e.kind for e in story.events if e.began_s >= 4.0}
    assert after == KINDS - {"crowding"}, "rules work in the other size; two people are together before only"


def test_another_size_continues_the_counts() -> None:
    story = resized_story(camera()).close()
    whole = Story(camera()).play(CAST).close()
    lines = [(s.from_s, s.window_s, s.in_ + s.out) for s in story.samples if isinstance(s, LineSample)]
    assert lines == [(s.from_s, s.window_s, s.in_ + s.out) for s in whole.samples if isinstance(s, LineSample)]
    assert story.state.totals.people_max == whole.state.totals.people_max
    assert sum(story.state.history().lines[0].in_) == sum(whole.state.history().lines[0].in_)
    assert story.state.history().zones[0].polygon_px[0] == (2.5, 117.5), "the report draws on the last picture"


def test_another_size_begins_another_background() -> None:
    made = state(camera())
    first = made.place
    made.step(frame(WH, bgr=PLACE, camera=CAMERA["name"]), boxes((), 0.0))
    small = np.ascontiguousarray(PLACE[::2, ::2])
    result = made.step(frame((160, 120), 0.1, bgr=small, camera=CAMERA["name"]), halved(boxes((), 0.1)))
    assert made.place is not first
    assert result.scene.look is not None
    assert made.redactor.draw(result.scene.look).wh == (160, 120)
    assert result.gap is not None
    assert result.gap.why == "the size of the picture changed from 320 x 240 to 160 x 120 px"
