"""Pictures and truth of a scenario belong together and repeat exactly."""

from __future__ import annotations

import numpy as np

from passerby.sim.station import Station, camera_of

SMALL = (480, 270)


def test_same_seed_same_pictures(station: Station, shots: list) -> None:
    again = list(station.frames(seconds=4, fps=2, size_px=SMALL))
    assert all(np.array_equal(one[1], two[1]) for one, two in zip(shots, again, strict=True))


def test_another_seed_gives_another_crowd(shots: list) -> None:
    other = next(iter(Station.load("platform", seed=8).frames(seconds=1, fps=1, size_px=SMALL)))
    assert not np.array_equal(other[1], shots[0][1])


def test_times_are_exact(shots: list) -> None:
    assert [t for t, _, _ in shots] == [k / 2 for k in range(8)]
    assert [truth.number for _, _, truth in shots] == list(range(1, 9))


def test_the_foot_pixel_maps_back_to_the_true_metre(station: Station, shots: list) -> None:
    camera = camera_of(station.model(), SMALL)
    for _, _, truth in shots:
        flat = truth.xyz_m[:, 2] == 0
        assert flat.any()
        error = np.linalg.norm(camera.to_floor(truth.foot_px[flat]) - truth.xyz_m[flat, :2], axis=-1)
        assert error.max() < 0.01


def test_speed_is_the_change_of_place(station: Station) -> None:
    world = station.world(20)
    before, after = world.at(9.0), world.at(9.2)
    for k, number in enumerate(before.id):
        row = np.flatnonzero(after.id == number)
        if len(row):
            moved = np.linalg.norm(after.xyz_m[row[0], :2] - before.xyz_m[k, :2]) / 0.2
            assert abs(moved - (before.speed_mps[k] + after.speed_mps[row[0]]) / 2) < 0.25


def test_the_rate_of_frames_does_not_change_the_world(station: Station) -> None:
    fine, coarse = station.world(10), station.world(10)
    for k in range(100):
        fine.at(k / 10)
    assert np.allclose(fine.at(10.0).xyz_m, coarse.at(10.0).xyz_m)


def test_visible_people_can_be_seen_as_change(station: Station, shots: list) -> None:
    """Where nobody is, two frames differ by noise only; where a runner is, they differ by much."""
    _, first, _ = shots[0]
    assert first.shape == (270, 480, 3)
    assert first.dtype == np.uint8
    assert 40 < first.mean() < 200
