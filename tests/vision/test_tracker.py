from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.contracts.boxes import grow, iou
from passerby.contracts.people import Detections, Tracks
from passerby.vision.tracker import Tracker, TrackerSettings, assign
from support.scene import SCORE, Walker, every, follow
from support.seen import Box, found, person

USUAL = TrackerSettings()
spot = st.builds(
    person, st.floats(0, 640, width=16), st.floats(150, 480, width=16), st.sampled_from([60.0, 120.0])
)
frames = st.lists(st.tuples(st.sampled_from([0.04, 0.125, 0.5, 2.0]), st.lists(spot, max_size=5)), max_size=15)


def tracker(**changes: object) -> Tracker:
    return Tracker("platform-1", SCORE, TrackerSettings(**changes))  # type: ignore[arg-type]


def steps(tracker: Tracker, seen: list[tuple[float, list[Box]]]) -> list[Tracks]:
    """Feed frames given as (seconds since the one before, boxes)."""
    reported, t = [], 0.0
    for dt_s, boxes in seen:
        t += dt_s
        reported.append(tracker.step(found(boxes, t)))
    return reported


@given(frames)
@settings(max_examples=40)
def test_every_strong_box_is_one_row_and_every_row_has_a_number_of_its_own(
    seen: list[tuple[float, list[Box]]],
) -> None:
    for (_, boxes), tracks in zip(seen, steps(tracker(), seen), strict=True):
        rows = tracks.xyxy_px[~tracks.predicted].tolist()
        assert sorted(rows) == sorted(np.float32(box).tolist() for box in boxes)
        assert len(set(tracks.id.tolist())) == len(tracks)


@given(frames)
@settings(max_examples=40)
def test_a_number_is_never_used_again_and_its_end_is_reported_once(seen: list[tuple[float, list[Box]]]) -> None:
    one = tracker()
    reported = steps(one, seen)
    ended: list[int] = []
    begun: list[int] = []
    for tracks in reported:
        live = tracks.id.tolist()
        assert not set(live) & set(ended), "it came back"
        assert [n for n in live if n not in begun] == sorted(set(live) - set(begun))
        begun += sorted(set(live) - set(begun))
        ended += tracks.removed.tolist()
    ended += one.reset().tolist()
    assert sorted(ended) == begun == list(range(1, len(begun) + 1))


@given(frames)
@settings(max_examples=40)
def test_what_was_reported_does_not_change_when_more_is_seen(seen: list[tuple[float, list[Box]]]) -> None:
    def columns(tracks: Tracks) -> list[bytes]:
        names = ("id", "xyxy_px", "foot_px", "score", "age_s", "confirmed", "predicted", "removed")
        return [getattr(tracks, name).tobytes() for name in names]

    one, reported, before, t = tracker(), [], [], 0.0
    for i, (dt_s, boxes) in enumerate(seen):
        t += dt_s
        reported.append(one.step(found(boxes, t, score=0.5 + 0.03 * i)))
        before.append(columns(reported[-1]))
    assert [columns(tracks) for tracks in reported] == before


@pytest.mark.parametrize(
    ("score", "tracked"), [(0.49, False), (float(np.float32(SCORE)), True), (1.0, True)], ids=str
)
def test_a_low_confidence_detection_neither_starts_nor_feeds_a_track(score: float, tracked: bool) -> None:
    one = tracker()
    assert len(one.step(found([person(100)], 0.0, score=score))) == tracked
    one = tracker()
    one.step(found([person(100)], 0.0))
    assert one.step(found([person(100)], 0.1, score=score)).predicted.tolist() == [not tracked]


def with_low_confidence(
    one: Tracker, strong_s: float, scores: float, *, until_s: float, fps: float = 8.0
) -> float:
    """Show somebody at one place strongly, then with `scores`; return when they were last seen."""
    last_s = 0.0
    for n in range(round(until_s * fps)):
        score = 0.9 if n / fps <= strong_s else scores
        tracks = one.step(found([person(100)], n / fps, score=score))
        last_s = n / fps if 1 in tracks.id[~tracks.predicted] else last_s
    return last_s


@pytest.mark.parametrize("fps", [5, 8, 25])
@pytest.mark.parametrize(
    ("strong_s", "seen_s"),
    [(0.2, 0.4), (1.0, 2.0), (4.0, 8.0), (15.0, 25.0)],  # for how long with boxes that are nearly too weak
    ids=["a flicker keeps nothing", "a second", "as long as they were well seen", "ten seconds at most"],
)
def test_low_confidence_detections_keep_a_track_for_as_long_as_strong_ones_made_it(
    strong_s: float, seen_s: float, fps: float
) -> None:
    assert with_low_confidence(tracker(), strong_s, 0.301, until_s=30, fps=fps) == pytest.approx(
        seen_s, abs=0.1 + 1 / fps
    )


@pytest.mark.parametrize(("score", "kept_s"), [(0.301, 2.0), (0.4, 4.0), (0.45, 8.0), (0.49, 40.0)], ids=str)
def test_the_better_a_low_confidence_detection_is_the_longer_it_keeps(score: float, kept_s: float) -> None:
    assert with_low_confidence(tracker(), 2.0, score, until_s=50) - 2.0 == pytest.approx(
        kept_s, abs=0.3 + kept_s / 40
    )


def test_who_was_hardly_seen_well_has_little_credit() -> None:
    """Two seconds at 0.6 are worth one at 0.7 or more, where 0.5 starts a track and 0.3 is too weak."""
    one, last_s = tracker(), 0.0
    for n in range(80):
        tracks = one.step(found([person(100)], n / 8, score=0.6 if n < 16 else 0.301))
        last_s = n / 8 if 1 in tracks.id[~tracks.predicted] else last_s
    assert last_s == pytest.approx(3.0, abs=0.3)


@pytest.mark.parametrize(("score", "kept"), [(0.29, False), (0.31, True), (0.49, True)], ids=str)
def test_a_box_may_be_of_too_low_confidence_to_keep_anybody(score: float, kept: bool) -> None:
    assert with_low_confidence(tracker(), 4.0, score, until_s=8) == pytest.approx(7.875 if kept else 4.0)


def test_credit_is_earned_again_by_strong_boxes() -> None:
    """Somebody at the detector's threshold, well seen every other second, is one track for a minute."""
    one = tracker()
    for n in range(480):
        tracks = one.step(found([person(100)], n / 8, score=0.7 if n % 16 < 8 else 0.4))
    assert tracks.id.tolist() == [1]


def test_a_post_that_looks_like_somebody_now_and_then_is_not_kept() -> None:
    """Two strong frames in four seconds and weak ones between: gone each time, never there for long."""
    one, seen = tracker(), 0
    for n in range(480):
        tracks = one.step(found([person(100)], n / 8, score=0.52 if n % 32 < 2 else 0.42))
        seen += int((tracks.confirmed & ~tracks.predicted).any())
    assert seen <= 480 // 32 * 2


@pytest.mark.parametrize("moved_px", [0, 30])
def test_a_low_confidence_detection_is_taken_only_where_the_person_is(moved_px: float) -> None:
    one = tracker()
    for n in range(16):
        one.step(found([person(100)], n / 8))
    tracks = one.step(found([person(100 + moved_px)], 2.0, score=0.4))
    assert tracks.predicted.tolist() == [moved_px > 0]


LIES, STANDS = (85.0, 345.0, 140.0, 405.0), person(100)


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        (LIES, True),
        ((93.5, 345.0, 131.5, 405.0), True),
        ((LIES[0] + 50, LIES[1], LIES[2] + 50, LIES[3]), False),
        ((85.0, 315.0, 140.0, 405.0), True),
        ((95.0, 355.0, 115.0, 405.0), False),
    ],
    ids=[
        "low and wide at their feet",
        "slim and along the view",
        "a step aside",
        "as high as a person who sits",
        "narrow: a part of them",
    ],
)
@pytest.mark.parametrize("score", [0.2, 0.4])
def test_a_low_confidence_box_of_another_shape_keeps_the_person_at_its_foot(
    box: Box, kept: bool, score: float
) -> None:
    one = tracker()
    for n in range(32):
        one.step(found([STANDS], n / 8))
    for n in range(32, 48):
        tracks = one.step(found([box], n / 8, score=score))
    assert (1 in tracks.id[~tracks.predicted]) == (kept and score >= 0.3)
    if kept and score >= 0.3:
        assert tracks.foot_px[0] == pytest.approx([112.5, 405], abs=1), "where they lie, not where they walked to"


def test_a_low_confidence_detection_where_two_are_expected_reports_of_neither() -> None:
    """In a crowd the boxes of those in front are weak and shared; a track must not go over to somebody else."""
    one = tracker()
    for n in range(32):
        one.step(found([person(100), person(115)], n / 8))
    assert one.step(found([person(107)], 4.0, score=0.45)).predicted.tolist() == [True, True]
    assert one.step(found([person(98)], 4.125, score=0.45)).predicted.tolist() == [True, True]


def test_what_lies_at_the_feet_of_somebody_in_plain_view_is_not_them() -> None:
    one = tracker()
    for n in range(32):
        one.step(found([STANDS], n / 8))
    tracks = one.step(found([STANDS, LIES], 4.0, score=[0.9, 0.4]))
    assert (tracks.id.tolist(), tracks.xyxy_px.tolist()) == ([1], [list(STANDS)])


def test_a_strong_box_goes_first() -> None:
    """Beside somebody's own box there is often a weaker one of the same person, a little off."""
    one = tracker()
    for n in range(16):
        tracks = one.step(found([person(106), person(100)], n / 8, score=[0.4, 0.9]))
    assert (tracks.id.tolist(), tracks.xyxy_px.tolist()) == ([1], [list(person(100))])


@pytest.mark.parametrize("hits", [1, 2, 3, 5])
def test_a_track_counts_once_it_was_seen_often_enough(hits: int) -> None:
    one = tracker(confirm_hits=hits)
    reported = [one.step(found([person(100 + n)], n / 8)).confirmed.tolist() for n in range(6)]
    assert reported == [[n + 1 >= hits] for n in range(6)]


def test_a_doubtful_row_is_flagged_and_not_dropped() -> None:
    one = tracker()
    first = one.step(found([person(100), person(300)], 0.0))
    assert (first.confirmed.tolist(), first.predicted.tolist()) == ([False, False], [False, False])
    second = one.step(found([person(100)], 0.1))
    assert second.id.tolist() == [1, 2]
    assert (second.confirmed.tolist(), second.predicted.tolist()) == ([True, False], [False, True])


def test_a_flicker_never_counts() -> None:
    """One frame now and then, at the same place: never confirmed, however often."""
    one = tracker()
    for n in range(200):
        tracks = one.step(found([person(100)] if n % 8 == 0 else [], n / 25))
        assert not tracks.confirmed.any()
    assert len(one) <= 1


@pytest.mark.parametrize("fps", [5, 8, 25])
def test_how_long_an_unseen_track_is_kept_is_a_matter_of_seconds(fps: float) -> None:
    one = tracker()
    reported = list(follow([Walker(100, to_s=1.0), Walker(400, from_s=0.99, to_s=1.01)], every(fps, 4), one))
    last_seen = 1.0 - 1 / fps
    for t, tracks in reported:
        assert (1 in tracks.id) == (t - last_seen <= USUAL.hold_s + 1e-6), f"{t} s"
    (ended,) = (t for t, tracks in reported if 1 in tracks.removed)
    assert ended - last_seen == pytest.approx(USUAL.hold_s, abs=1 / fps + 1e-6)
    (dropped,) = (t for t, tracks in reported if 2 in tracks.removed)
    assert dropped - 1.0 == pytest.approx(USUAL.tentative_hold_s, abs=1 / fps + 1e-6)


def test_a_occluded_person_is_expected_where_they_walk() -> None:
    walker = Walker(100, 80.0, occluded_s=((2.0, 3.0),))
    for t, tracks in follow([walker], every(8, 3)):
        assert tracks.foot_px[0] == pytest.approx([100 + 80 * t, 400], abs=12), f"{t} s"
        if tracks.predicted[0]:
            assert tracks.xyxy_px[0] == pytest.approx(walker.box(t), abs=12), f"{t} s"
        assert tracks.age_s[0] == pytest.approx(t, abs=1e-5)


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        (found([], 1.0), "frame at 1.000 s is not later than 1.000 s"),
        (found([], 0.5), "frame at 0.500 s is not later than 1.000 s"),
        (found([], 2.0, camera="platform-2"), "tracker of 'platform-1' got a frame of 'platform-2'"),
    ],
)
def test_a_frame_out_of_order_or_of_another_camera_is_refused(seen: Detections, sentence: str) -> None:
    one = tracker()
    one.step(found([person(100)], 1.0))
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        one.step(seen)
    assert one.step(found([person(101)], 1.1)).id.tolist() == [1]  # and nothing was changed by it


def test_reset_ends_all_and_lets_the_clock_start_anew() -> None:
    one = tracker()
    one.step(found([person(100), person(300)], 5.0))
    assert one.reset().tolist() == [1, 2]
    assert len(one) == 0
    assert one.reset().tolist() == []
    after = one.step(found([person(100)], 0.0))
    assert (after.id.tolist(), after.removed.tolist(), after.confirmed.tolist()) == ([3], [], [False])


@pytest.mark.parametrize("box", [(50, 50, 50, 50), (60, 60, 40, 40), (0, 0, 1e6, 1e6), (-1e6, 0, 1, 1)])
def test_an_absurd_box_disturbs_nobody_else(box: Box) -> None:
    one = tracker()
    for n in range(20):
        tracks = one.step(found([person(100 + n), box], n / 8))
        assert np.isfinite(tracks.xyxy_px).all()
        assert 1 in tracks.id
    assert tracks.id[~tracks.predicted][0] == 1


def best_by_hand(overlap: np.ndarray, gain: np.ndarray, least: float) -> tuple[int, float]:
    """Most possible pairs, then most gain, by trying every way to pair."""
    n, m = overlap.shape
    if n > m:
        return best_by_hand(overlap.T, gain.T, least)
    ways = [
        [(i, j) for i, j in enumerate(columns) if overlap[i, j] >= least] for columns in permutations(range(m), n)
    ]
    return max((len(way), round(float(sum(gain[i, j] for i, j in way)), 4)) for way in ways)


@given(st.lists(spot, max_size=4), st.lists(spot, max_size=4), st.sampled_from([0.0, 0.5]))
def test_assign_finds_the_best_pairs(first: list[Box], second: list[Box], grown: float) -> None:
    a, b = (np.array(boxes, np.float64).reshape(-1, 4) for boxes in (first, second))
    row, box = assign(a, b, USUAL, grown)
    overlap = iou(*(grow(boxes.astype(np.float32), grown) for boxes in (a, b)))
    assert len(set(row.tolist())) == len(set(box.tolist())) == len(row)
    assert (overlap[row, box] >= USUAL.iou_min).all()
    gain = overlap - USUAL.distance_weight * unlike(a, b)
    pairs, most = best_by_hand(overlap, gain, USUAL.iou_min)
    assert len(row) == pairs
    assert float(gain[row, box].sum()) == pytest.approx(most, abs=1e-3)


def unlike(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Feet apart in heights of `a`, plus the log ratio of heights, pair by pair."""
    out = np.zeros((len(a), len(b)))
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            (h, g) = (max(box[3] - box[1], 1) for box in (one, other))
            apart = np.hypot((one[0] + one[2] - other[0] - other[2]) / 2, one[3] - other[3])
            out[i, j] = apart / h + abs(np.log(h / g))
    return out


@pytest.mark.parametrize("of", [lambda: (np.zeros((0, 4)), np.zeros((3, 4))), lambda: (np.zeros((3, 4)),) * 2])
def test_assign_of_nobody_and_of_nothing(of: Callable[[], tuple[np.ndarray, np.ndarray]]) -> None:
    row, box = assign(*of(), USUAL, 0.0)
    assert len(row) == len(box) == 0
