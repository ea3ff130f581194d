"""The filter states its own error rightly, and one bad position does not carry it away."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.contracts.arrays import F64
from passerby.ground.motion.smooth import Motions, Smoother, SmoothSettings

SD_M = 0.05


def feed(times_s: F64, pos_m: F64, sd_m: float = SD_M) -> Motions:
    """Positions (T, N, 2) at times (T,), all seen; what the filter says of the last."""
    smoother, ids = Smoother(), np.arange(pos_m.shape[1])
    cov = np.tile(sd_m**2 * np.eye(2), (len(ids), 1, 1))
    for t, pos in zip(times_s, pos_m, strict=True):
        now = smoother.step(float(t), ids, pos, cov, np.ones(len(ids), bool))
    return now


def test_people_who_wander_as_assumed_are_missed_by_what_is_stated() -> None:
    """400 people whose velocities wander by 0.2 m/s per root second; at 5 frames a second errors are new."""
    rng, dt, accel = np.random.default_rng(1), 0.2, 0.2
    vel = 1.3 + np.cumsum(accel * np.sqrt(dt) * rng.standard_normal((30, 400, 2)), axis=0)
    pos = np.cumsum(dt * vel, axis=0) + SD_M * rng.standard_normal(vel.shape)
    now = feed(dt * np.arange(30), pos)
    z = (now.vel_mps - vel[-1]) / np.sqrt(np.diagonal(now.vel_cov, axis1=1, axis2=2))
    assert 0.8 < np.sqrt((z**2).mean()) < 1.15


@settings(max_examples=40, deadline=None)
@given(
    vx=st.floats(-4, 4),
    vy=st.floats(-4, 4),
    gaps=st.lists(st.floats(0.03, 0.4), min_size=25, max_size=40),
)
def test_a_straight_walk_has_its_speed_whatever_the_frames(vx: float, vy: float, gaps: list[float]) -> None:
    times = np.cumsum(gaps)
    now = feed(times, (times[:, None, None] * np.array([vx, vy])), sd_m=0.01)
    assert now.vel_mps[0] == pytest.approx([vx, vy], abs=0.05)


def test_one_wild_position_changes_little_and_a_new_place_begins_anew() -> None:
    times = np.arange(0, 4, 0.125)
    walk = times[:, None, None] * np.array([1.3, 0.0])
    wild = walk.copy()
    wild[-1] += 3.0
    assert feed(times, wild).vel_mps[0] == pytest.approx([1.3, 0.0], abs=0.4)
    moved = walk.copy()
    moved[-6:] += 20.0
    assert not feed(times, moved).known[0], "somebody else is meant: no speed rather than a wrong one"


def test_far_positions_count_for_less_in_the_direction_they_are_bad_in() -> None:
    rng, times = np.random.default_rng(2), np.arange(0, 3, 0.125)
    noise = rng.standard_normal((len(times), 200, 2)) * np.array([0.02, 0.5])
    smoother, cov = Smoother(), np.tile(np.diag([0.02**2, 0.5**2]), (200, 1, 1))
    for t, pos in zip(times, times[:, None, None] * np.array([1.3, 0.0]) + noise, strict=True):
        now = smoother.step(float(t), np.arange(200), pos, cov, np.ones(200, bool))
    assert now.vel_cov[0, 0, 0] < now.vel_cov[0, 1, 1] / 4
    assert now.vel_mps[:, 0].mean() == pytest.approx(1.3, abs=0.02)


def test_forgotten_tracks_leave_nothing() -> None:
    smoother, two = Smoother(), np.array([1, 2])
    at = (np.zeros((2, 2)), np.tile(np.eye(2), (2, 1, 1)), np.ones(2, bool))
    smoother.step(0.0, two, *at)
    smoother.reset(np.array([1]))
    assert len(smoother) == 1
    assert not smoother.step(0.5, np.array([2, 3]), *at).known.any()


FPS = 8


def lasting_errors(frames: int, sd_m: tuple[float, float]) -> F64:
    """Errors (frames, 400, 2) of positions that last for half a second, as those of boxes do."""
    rng, keep = np.random.default_rng(3), np.exp(-1 / FPS / 0.5)
    errors = rng.standard_normal((frames, 400, 2))
    for before, now in pairwise(errors):
        now[:] = keep * before + np.sqrt(1 - keep**2) * now
    return errors * np.array(sd_m)


def lengths_mps(pos_m: F64, sd_m: tuple[float, float], chosen: SmoothSettings | None = None) -> F64:
    """Speeds (T, N) of everybody after each frame."""
    smoother, ids = Smoother(chosen), np.arange(pos_m.shape[1])
    cov, seen = np.tile(np.diag(np.square(sd_m)), (len(ids), 1, 1)), np.ones(len(ids), bool)
    motions = [smoother.step(k / FPS, ids, pos, cov, seen) for k, pos in enumerate(pos_m)]
    return np.stack([np.hypot(*motion.vel_mps.T) for motion in motions])


def test_an_error_across_the_path_does_not_make_people_faster() -> None:
    """Without the reduction of the length they are 0.013 m/s too fast."""
    times, sd_m = np.arange(0, 4, 1 / FPS), (0.05, 0.3)
    pos = times[:, None, None] * np.array([1.0, 0.0]) + lasting_errors(len(times), sd_m)
    assert abs(lengths_mps(pos, sd_m)[2 * FPS :].mean() - 1.0) < 0.006


def test_two_models_are_steadier_than_one_and_settle_as_well_after_a_change_of_pace() -> None:
    true_mps = np.where(np.arange(0, 4, 1 / FPS) < 2, 1.4, 0.9)
    pos = (np.cumsum(true_mps) / FPS)[:, None, None] * np.array([1.0, 0.0])
    pos = pos + lasting_errors(len(true_mps), (SD_M, SD_M))
    one, two = (
        np.abs(lengths_mps(pos, (SD_M, SD_M), chosen) - true_mps[:, None])
        for chosen in (SmoothSettings(accel=(0.2, 0.2)), SmoothSettings())
    )
    assert two[12:16].mean() < 0.9 * one[12:16].mean(), "one settled process noise is too large for a steady walk"
    assert np.nanmean(two[28:]) < np.nanmean(one[28:]), "1.5 s after the change"
