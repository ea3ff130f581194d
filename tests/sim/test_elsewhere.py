"""People where chance hardly puts anybody: they are there when asked for, in the picture, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from passerby.contracts.arrays import Bools
from passerby.sim.elsewhere import APART_M, Elsewhere
from passerby.sim.geometry import PIT_M
from passerby.sim.library import STATIONS, load_layout
from passerby.sim.pose import Posture
from passerby.sim.truth import FrameTruth
from passerby.sim.variety import random_frames

# A platform and an island among the first places; three halls, a passage, a platform whose bench is seen.
PLACES, HALLS, PASSAGE, PLATFORM = range(6001, 6006), (6003, 6015, 6020), 6005, 6002
SIZE = (160, 90)


def usual_and_asked(
    seeds: Iterable[int], count: int, elsewhere: Elsewhere
) -> Iterator[tuple[FrameTruth, FrameTruth]]:
    """The truth of the same pictures without and with people elsewhere."""
    for seed in seeds:
        usual, asked = random_frames(seed, count, SIZE), random_frames(seed, count, SIZE, elsewhere=elsewhere)
        yield from ((one, other) for (_, one), (_, other) in zip(usual, asked, strict=True))


def all_shown(truth: FrameTruth, rows: Bools) -> bool:
    left, _, right, bottom = truth.box_px[rows].T
    return bool(((right > 0) & (left < SIZE[0]) & (bottom > 0)).all())


def test_some_people_are_down_on_the_track_and_in_the_picture() -> None:
    down = 0
    for usual, asked in usual_and_asked(PLACES, 3, Elsewhere(on_track=0.4)):
        assert not (usual.xyz_m[:, 2] == PIT_M).any(), "nobody unless asked for"
        on_bed = asked.xyz_m[:, 2] == PIT_M
        down += int(on_bed.sum())
        assert all_shown(asked, on_bed)
    assert down >= 10


def between_gates(truth: FrameTruth) -> Bools:
    (lanes,) = load_layout(STATIONS / "hall.yaml").lanes.values()
    x, y = truth.xyz_m[:, 0], truth.xyz_m[:, 1]
    return np.asarray((x >= lanes.x_m[0]) & (x <= lanes.x_m[1]) & np.isin(y, lanes.y_m))


def test_some_people_are_between_the_gates_of_a_hall_and_in_the_picture() -> None:
    through = 0
    for usual, asked in usual_and_asked(HALLS, 2, Elsewhere(in_lanes=0.5)):
        assert not between_gates(usual).any(), "no chance leaves room for a person there"
        rows = between_gates(asked)
        through += int(rows.sum())
        assert all_shown(asked, rows)
        spots = asked.xyz_m[rows]
        assert all(np.linalg.norm(a - b) > APART_M for k, a in enumerate(spots) for b in spots[:k])
    assert through >= 6


def test_some_people_sit_on_the_benches_in_the_picture_and_no_seat_is_taken_twice() -> None:
    seats = np.array(load_layout(STATIONS / "platform.yaml").seats)[:, :2]
    sitting = 0
    for usual, asked in usual_and_asked([PLATFORM], 6, Elsewhere(seated=0.5)):
        assert not (usual.posture == Posture.SITTING).any(), "nobody unless asked for"
        rows = asked.posture == Posture.SITTING
        sitting += int(rows.sum())
        spots = asked.xyz_m[rows, :2]
        assert all((seats == spot).all(axis=1).any() for spot in spots)
        assert len(np.unique(spots, axis=0)) == len(spots)
    assert sitting >= 6


def test_a_place_without_gates_tracks_or_benches_stays_as_it_is() -> None:
    everything = Elsewhere(on_track=0.5, in_lanes=0.5, seated=0.5)
    for usual, asked in usual_and_asked([PASSAGE], 2, everything):
        assert np.array_equal(usual.xyz_m, asked.xyz_m)
        assert np.array_equal(usual.box_px, asked.box_px)
