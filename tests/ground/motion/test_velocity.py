"""Speeds are right within the error they state, whatever the frame rate."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.people import GroundTracks, Tracks
from passerby.contracts.time import Timestamp
from passerby.ground.calibration.calibrate import fit_points, from_mounting
from passerby.ground.geometry.foot import foot_sd_px
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.velocity import Motion
from support.floor_scene import Sampling, Scene, parse

CAMERA = {"height_m": 4, "tilt_deg": 22, "focal_px": 1300, "wh": (1280, 720)}
MOUNT = Calibration(height_m=4, tilt_deg=22, focal_px=1300)


def walk(mps: float, end: tuple[float, float] = (1.5, 12.0), copies: int = 1) -> Scene:
    walker = {"start_m": (-1.5, 7.0), "moves": [{"go": end, "mps": mps}], "copies": copies}
    return parse("walk", {"seconds": 10, "camera": CAMERA, "walkers": [walker]})


def last_speeds(scene: Scene, how: Sampling, plane: GroundPlane | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Speeds (N,) and their errors (N,) after two seconds."""
    motion = Motion(plane or scene.plane)
    for tracks in scene.tracks(how):
        ground = motion.step(tracks)
        if tracks.at.s >= 2.0 + how.shift_s:
            break
    return np.hypot(*ground.vel_mps.T), ground.speed_sd_mps


@pytest.mark.parametrize("fps", [5, 8, 12.5, 25])
@pytest.mark.parametrize("drop", [0.0, 0.25], ids=["all frames", "a quarter dropped"])
def test_a_walkers_speed_is_right_within_its_stated_error(fps: float, drop: float) -> None:
    """200 straight walkers with feet as noisy as assumed, but new in every frame: better than stated, no bias."""
    scene = walk(1.3, copies=200)
    height = float(scene.heights_px(scene.to_px([(-0.3, 9.0)]))[0])
    noise = float(foot_sd_px(np.array([height], np.float32), np.array([False]))[0])
    speed, sd = last_speeds(scene, Sampling(fps=fps, drop=drop, late_s=0.02, noise_px=noise))
    assert 0.1 < np.sqrt((((speed - 1.3) / sd) ** 2).mean()) < 1.1
    assert abs((speed - 1.3).mean()) < 0.02
    assert 0.05 < np.median(sd) < 0.25, "although they stand before one another"


def test_the_stated_error_does_not_depend_on_the_frame_rate() -> None:
    stated = [float(last_speeds(walk(1.3), Sampling(fps=fps))[1][0]) for fps in (5, 8, 12.5, 25)]
    assert max(stated) < 1.1 * min(stated)


@pytest.mark.parametrize("fps", [5, 8, 12.5, 25])
def test_exact_feet_give_exact_speeds(fps: float) -> None:
    speed, _ = last_speeds(walk(1.7), Sampling(fps=fps, late_s=0.03))
    assert speed == pytest.approx([1.7], rel=1e-3)


def test_the_swing_of_the_feet_is_not_taken_for_speed() -> None:
    """Somebody near walks away at 1.3 m/s; what ends the box swings with their feet: 0.1 m, 1.8 times a second."""
    scene = parse("near", {"seconds": 4, "camera": CAMERA, "walkers": []})
    motion, speeds = Motion(scene.plane), []
    for k in range(32):
        t_s = k / 8
        y = 3.5 + 1.3 * t_s + 0.1 * np.sin(2 * np.pi * 1.8 * t_s)
        (foot,) = scene.plane.to_picture(np.array([[0.0, y]]))
        height = 1.7 / np.sqrt(np.linalg.eigvalsh(scene.plane.exact().to_floor(foot[None], 1.0).cov_m2)[0, 0])
        box = np.array([[foot[0] - 0.2 * height, foot[1] - height, foot[0] + 0.2 * height, foot[1]]], np.float32)
        ground = motion.step(one_track(t_s, box))
        speeds.append(float(np.hypot(*ground.vel_mps[0])))
    assert np.std(speeds[16:]) < 0.03, "0.033 where only the box's own error is known of"


def one_track(t_s: float, box: np.ndarray) -> Tracks:
    """One confirmed track with this box in a picture large enough for any."""
    return Tracks(
        camera="c", at=Timestamp(round(t_s * 1e9)), frame_wh=(4000, 4000), id=np.array([1]), xyxy_px=box,
        foot_px=np.array([[(box[0, 0] + box[0, 2]) / 2, box[0, 3]]], np.float32), score=np.ones(1, np.float32),
        age_s=np.ones(1, np.float32), confirmed=np.ones(1, bool), predicted=np.zeros(1, bool),
        removed=np.zeros(0, np.int64),
    )  # fmt: skip


def test_a_mounting_that_is_off_scales_speeds_by_what_it_states() -> None:
    rng, scene = np.random.default_rng(5), walk(1.3)
    stated = last_speeds(scene, Sampling(), from_mounting(MOUNT, (1280, 720)))[1][0]
    foot_only = last_speeds(scene, Sampling())[1][0]
    found = []
    for _ in range(150):
        off = Calibration(
            height_m=4 + rng.normal(0, 0.05), tilt_deg=22 + rng.normal(0, 0.5), roll_deg=rng.normal(0, 0.5),
            focal_px=1300 * (1 + rng.normal(0, 0.02)),
        )  # fmt: skip
        found.append(last_speeds(scene, Sampling(), from_mounting(off, (1280, 720)).exact())[0][0])
    assert np.sqrt(stated**2 - foot_only**2) == pytest.approx(np.std(found), rel=0.3)
    assert stated < 0.2, "half a degree of tilt is no reason to lose a runner"


def test_positions_state_the_error_of_foot_and_fit() -> None:
    corners = np.array([[-3.0, 5.0], [3.0, 5.0], [3.0, 15.0], [-3.0, 15.0]])
    scene = walk(1.3)
    assert scene.plane is not None
    fitted = fit_points(scene.plane.to_picture(corners), corners)
    tracks = next(iter(scene.tracks(Sampling())))
    ground = Motion(fitted).step(tracks)
    sd_px = foot_sd_px(ground.height_px, tracks.predicted)
    expected = fitted.to_floor(tracks.foot_px.astype(float), sd_px)
    assert ground.pos_sd_m == pytest.approx(expected.sd_m, rel=1e-6)
    assert ground.pos_m == pytest.approx(expected.pos_m)
    assert ground.on_floor.tolist() == [True]


def steps(motion: Motion, scene: Scene, how: Sampling) -> list[GroundTracks]:
    return [motion.step(tracks) for tracks in scene.tracks(how)]


def test_there_is_no_speed_before_half_a_second_and_three_frames() -> None:
    grounds = steps(Motion(walk(1.3).plane), walk(1.3), Sampling(fps=8))
    known = [np.isfinite(g.vel_mps).all() for g in grounds[:6]]
    assert known == [False, False, False, False, True, True]


def test_without_a_floor_every_row_is_off_it() -> None:
    motion = Motion(None)
    for ground in steps(motion, walk(1.3), Sampling(fps=5))[:10]:
        assert not ground.on_floor.any()
        assert np.isnan(ground.vel_mps).all()
        assert np.isnan(ground.pos_sd_m).all()
    assert len(motion) == 0


def test_rows_stay_the_same_rows() -> None:
    scene = walk(1.3, copies=5)
    for tracks in scene.tracks(Sampling(fps=5, shuffle=True)):
        ground = Motion(scene.plane).step(tracks)
        assert ground.id.tolist() == tracks.id.tolist()
        assert ground.foot_px.tolist() == tracks.foot_px.tolist()
        assert ground.height_px == pytest.approx(tracks.xyxy_px[:, 3] - tracks.xyxy_px[:, 1])


def test_a_predicted_row_teaches_nothing_about_speed() -> None:
    """Half the frames are predictions that stand still; the speed is the seen ones'."""
    scene = walk(1.3)
    motion, sure = Motion(scene.plane), Motion(scene.plane)
    for k, tracks in enumerate(scene.tracks(Sampling(fps=10))):
        if tracks.at.s > 3:
            break
        stuck = np.full_like(tracks.foot_px, 300.0) if k % 2 else tracks.foot_px
        half = Tracks(
            tracks.camera, tracks.at, tracks.frame_wh, tracks.id, tracks.xyxy_px, stuck, tracks.score,
            tracks.age_s, tracks.confirmed, np.full(len(tracks), bool(k % 2)), tracks.removed,
        )  # fmt: skip
        ground, plain = motion.step(half), sure.step(tracks)
    assert np.hypot(*ground.vel_mps[0]) == pytest.approx(1.3, rel=1e-3)
    assert ground.speed_sd_mps[0] == pytest.approx(plain.speed_sd_mps[0], rel=0.1), "errors 0.1 s apart are alike"


def test_a_gap_longer_than_the_window_leaves_no_speed() -> None:
    scene = walk(1.3)
    motion = Motion(scene.plane)
    frames = list(scene.tracks(Sampling(fps=10)))
    for tracks in frames[:20]:
        motion.step(tracks)
    assert np.isnan(motion.step(frames[35]).vel_mps).all()


def test_reset_and_removal_release_everything() -> None:
    scene = walk(1.3, copies=3)
    motion = Motion(scene.plane)
    frames = list(scene.tracks(Sampling(fps=5)))
    motion.step(frames[0])
    assert len(motion) == 3
    motion.reset()
    assert len(motion) == 0
    for tracks in frames[1:]:
        motion.step(tracks)
    assert frames[-1].at.s > scene.walkers[0].end_s
    assert len(motion) == 0


def test_a_new_number_in_a_freed_row_starts_without_a_past() -> None:
    scene = walk(1.3)
    motion = Motion(scene.plane)
    frames = list(scene.tracks(Sampling(fps=10)))
    for tracks in frames[:12]:
        motion.step(tracks)
    last = frames[12]
    other = Tracks(
        last.camera, Timestamp(last.at.mono_ns), last.frame_wh, last.id + 1, last.xyxy_px, last.foot_px,
        last.score, last.age_s, last.confirmed, last.predicted, last.id,
    )  # fmt: skip
    assert np.isnan(motion.step(other).vel_mps).all()
    assert len(motion) == 1
