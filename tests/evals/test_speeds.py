"""Measured speeds beside true ones."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.evals.speeds import SpeedErrors, SpeedWatch, same_people
from passerby.evals.trajectories import Walks
from passerby.evals.watched import Seen
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.motion.velocity import Motion


def test_the_same_people_overlap_most_and_one_to_one() -> None:
    a = np.array([(0, 0, 10, 20), (100, 0, 110, 20), (50, 0, 60, 20)], np.float32)
    b = np.array([(101, 0, 111, 20), (1, 0, 11, 20)], np.float32)
    assert sorted(same_people(a, b)) == [(0, 1), (1, 0)]


def test_a_steady_walk_has_no_error_and_no_delay() -> None:
    t = np.arange(0, 4, 0.125)
    walks = Walks("made", t, np.ones(len(t), np.int64), np.stack([1.3 * t, 0 * t], axis=1), (-3, -3), (9, 3))
    motion, watch = Motion(make_plane(walks.calibration, walks.wh)), SpeedWatch()
    for tracks, x in zip(walks.frames(), 1.3 * t, strict=True):
        seen = Seen(
            tracks.at.s,
            tracks.id,
            np.array([[x, 0.0]]),
            np.array([1.3]),
            np.array([5.0]),
            tracks.xyxy_px,
            np.ones(1),
        )
        watch.add(seen, tracks, motion.step(tracks))
    errors = watch.errors()
    assert len(errors) >= 20
    # Until the residuals show that there is no error across the path, a little is taken away (decision 0030).
    assert np.abs(errors.window_mps).max() < 5e-3
    assert np.abs(errors.window_mps[-5:]).max() < 1e-3
    assert errors.true_mps == pytest.approx(1.3, abs=1e-6)
    assert (errors.distance_m == 5.0).all()


def test_who_is_on_stairs_or_was_a_moment_ago_does_not_count() -> None:
    t = np.arange(0, 4, 0.125)
    walks = Walks("made", t, np.ones(len(t), np.int64), np.stack([1.3 * t, 0 * t], axis=1), (-3, -3), (9, 3))
    motion, watch, counted = Motion(make_plane(walks.calibration, walks.wh)), SpeedWatch(), list[float]()
    for tracks, x in zip(walks.frames(), 1.3 * t, strict=True):
        spot = (np.nan, np.nan) if tracks.at.s < 2.0 else (x, 0.0)
        seen = Seen(
            tracks.at.s, tracks.id, np.array([spot]), np.array([1.3]), np.array([5.0]), tracks.xyxy_px, np.ones(1)
        )
        before = len(watch.errors())
        watch.add(seen, tracks, motion.step(tracks))
        counted += [tracks.at.s] * (len(watch.errors()) - before)
    assert counted
    assert counted[0] == pytest.approx(3.0, abs=0.13)


def test_errors_are_joined_and_taken() -> None:
    one = SpeedErrors(*(np.array([v, v + 1.0]) for v in (1.0, 2, 3, 4, 5)))
    both = SpeedErrors.join([one, one])
    assert len(both) == 4
    assert both.take(both.distance_m > 1.5).true_mps.tolist() == [3.0, 3.0]
    assert len(SpeedErrors.join([])) == 0
