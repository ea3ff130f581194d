"""Unrelated pictures: the same seed gives the same, and what is asked for is in them."""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import Bools
from passerby.sim.elsewhere import APART_M, Elsewhere
from passerby.sim.geometry import PIT_M
from passerby.sim.library import STATIONS, load_layout
from passerby.sim.pose import Posture
from passerby.sim.truth import FrameTruth
from passerby.sim.variety import random_frames

# A platform and an island among the first places.
SEEDS, SIZE = range(6001, 6006), (160, 90)
HALLS, PASSAGE, PLATFORM = (6003, 6015, 6020), 6005, 6002


def test_the_same_seed_gives_the_same_pictures() -> None:
    first, second = (list(random_frames(6001, 2, SIZE)) for _ in range(2))
    for (one, _), (other, _) in zip(first, second, strict=True):
        assert np.array_equal(one, other)


def test_some_people_are_down_on_the_track_and_in_the_picture() -> None:
    down = 0
    for seed in SEEDS:
        for (_, usual), (_, asked) in zip(
            random_frames(seed, 3, SIZE),
            random_frames(seed, 3, SIZE, elsewhere=Elsewhere(on_track=0.4)),
            strict=True,
        ):
            assert not (usual.xyz_m[:, 2] == PIT_M).any(), "nobody unless asked for"
            on_bed = asked.xyz_m[:, 2] == PIT_M
            down += int(on_bed.sum())
            left, _, right, bottom = asked.box_px[on_bed].T
            assert ((right > 0) & (left < SIZE[0]) & (bottom > 0)).all()
    assert down >= 10


def test_some_people_are_between_the_gates_of_a_hall_and_in_the_picture() -> None:
    def between(truth: FrameTruth) -> Bools:
        (lanes,) = load_layout(STATIONS / "hall.yaml").lanes.values()
        x, y = truth.xyz_m[:, 0], truth.xyz_m[:, 1]
        return (x >= lanes.x_m[0]) & (x <= lanes.x_m[1]) & np.isin(y, lanes.y_m)

    through = 0
    for seed in HALLS:
        for (_, usual), (_, asked) in zip(
            random_frames(seed, 2, SIZE),
            random_frames(seed, 2, SIZE, elsewhere=Elsewhere(in_lanes=0.5)),
            strict=True,
        ):
            assert not between(usual).any(), "no chance leaves room for a person there"
            rows = between(asked)
            through += int(rows.sum())
            left, _, right, bottom = asked.box_px[rows].T
            assert ((right > 0) & (left < SIZE[0]) & (bottom > 0)).all()
            spots = asked.xyz_m[rows]
            assert all(np.linalg.norm(a - b) > APART_M for k, a in enumerate(spots) for b in spots[:k])
    assert through >= 6


def test_a_place_without_gates_tracks_or_benches_stays_as_it_is() -> None:
    asked = Elsewhere(on_track=0.5, in_lanes=0.5, seated=0.5)
    for (one, _), (other, _) in zip(
        random_frames(PASSAGE, 2, SIZE), random_frames(PASSAGE, 2, SIZE, elsewhere=asked), strict=True
    ):
        assert np.array_equal(one, other)


def test_some_people_sit_on_the_benches_in_the_picture_and_no_seat_is_taken_twice() -> None:
    seats = np.array(load_layout(STATIONS / "platform.yaml").seats)[:, :2]
    sitting = 0
    for _, truth in random_frames(PLATFORM, 6, SIZE, elsewhere=Elsewhere(seated=0.5)):
        rows = truth.posture == Posture.SITTING
        sitting += int(rows.sum())
        spots = truth.xyz_m[rows, :2]
        assert all((seats == spot).all(axis=1).any() for spot in spots)
        assert len(np.unique(spots, axis=0)) == len(spots)
    assert sitting >= 6
