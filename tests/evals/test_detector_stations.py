"""Simulated stations as labelled pictures."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.evals.detector_stations import SEEN, TONES, labelled, nobody, stations, stations_by_visibility, toned
from passerby.sim.looks import SKIN

SIZE = (192, 108)


def test_occluded_people_are_neither_learned_nor_background() -> None:
    boxes = np.asarray([[10, 10, 30, 60], [40, 10, 60, 60], [70, 10, 90, 60], [-18, 10, 2, 60]], np.float32)
    visibility = np.asarray([1.0, 0.2, 0.0, 1.0], np.float32)  # seen, mostly occluded, occluded, cut off
    item = labelled(np.zeros((80, 100, 3), np.uint8), boxes, visibility, "x")
    assert item.boxes.tolist() == [[10, 10, 30, 60]]
    assert item.ignore.tolist() == [[40, 10, 60, 60], [0, 10, 2, 60]]


def test_a_seed_is_the_same_pictures_every_time() -> None:
    one, two = (list(stations(range(3, 4), 2, SIZE)) for _ in range(2))
    assert len(one) == 2
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a.bgr, b.bgr)
        assert np.array_equal(a.boxes, b.boxes)
        assert a.source == "simulated"


def test_nobody_is_in_an_empty_station_and_the_place_stays() -> None:
    full, empty = (list(stations(range(4, 6), 2, SIZE, change)) for change in (None, nobody))
    assert sum(len(item.boxes) for item in full) > 10
    assert all(len(item.boxes) == len(item.ignore) == 0 for item in empty)
    for a, b in zip(full, empty, strict=True):
        same = np.abs(a.bgr.astype(int) - b.bgr).max(axis=2) < 30
        assert same.mean() > 0.5
        assert len(a.boxes) == 0 or same.mean() < 1


@pytest.mark.parametrize("seen", [SEEN, 0.5, 0.9])
def test_who_is_occluded_too_much_is_a_region_of_no_opinion(seen: float) -> None:
    (strict,), (plain,) = stations_by_visibility(range(7, 8), 1, SIZE, (seen, SEEN))
    assert len(strict.boxes) <= len(plain.boxes)
    assert len(strict.boxes) + len(strict.ignore) == len(plain.boxes) + len(plain.ignore)


def test_only_the_skin_differs() -> None:
    light, dark = (list(stations(range(4, 6), 2, (320, 180), toned(tone))) for tone in ("light", "dark"))
    for a, b in zip(light, dark, strict=True):
        assert np.array_equal(a.boxes, b.boxes)
        assert np.array_equal(a.ignore, b.ignore)
    before, after = (np.concatenate([item.bgr.reshape(-1, 3) for item in items]) for items in (light, dark))
    changed = np.abs(before.astype(int) - after).max(axis=1) > 25
    assert 0 < changed.mean() < 0.05
    assert before[changed].mean() > after[changed].mean() + 20


def test_the_tones_share_out_all_shades() -> None:
    rows = [n for part in TONES.values() for n in range(*part.indices(len(SKIN)))]
    assert rows == list(range(len(SKIN)))
