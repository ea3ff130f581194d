"""Evaluation data on disk: read as labelled pictures, refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from passerby.contracts.errors import UsageError
from passerby.evals.detector_labels import Labelled, quads
from passerby.evals.detector_sets import evaluation_sets, station_sets, stills, tall


def test_small_people_become_regions_of_no_opinion() -> None:
    item = Labelled(
        np.zeros((90, 90, 3), np.uint8), quads([[0, 0, 9, 30], [20, 0, 29, 29]]), quads([[50, 0, 60, 60]]), "x"
    )
    assert tall(item, 30).boxes.tolist() == [[0, 0, 9, 30]]
    assert tall(item, 30).ignore.tolist() == [[50, 0, 60, 60], [20, 0, 29, 29]]


def test_stills_with_mot_rows(tmp_path: Path) -> None:
    folder = tmp_path / "MOT17-00"
    folder.mkdir()
    cv2.imwrite(str(folder / "000007.jpg"), np.full((40, 60, 3), 90, np.uint8))
    rows = [  # frame, id, x, y, w, h, counts, class, visible
        (7, 1, 1, 2, 10, 20, 1, 1, 0.9),  # a person
        (7, 2, 20, 2, 10, 20, 1, 1, 0.1),  # a person who is hardly seen
        (7, 3, 40, 2, 10, 20, 1, 12, 1.0),  # a reflection
        (7, 4, 1, 30, 5, 5, 1, 3, 1.0),  # a car
        (8, 1, 9, 9, 10, 20, 1, 1, 0.9),  # another frame
    ]
    table = tmp_path / "rows.txt"
    table.write_text("\n".join(",".join(map(str, row)) for row in rows))
    (item,) = stills(folder, table)
    assert item.boxes.tolist() == [[1, 2, 11, 22]]
    assert item.ignore.tolist() == [[20, 2, 30, 22], [40, 2, 50, 22]]
    assert (item.source, item.name) == ("MOT17-00", "000007")


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"pets09-s2l1-f001-300\.txt: no such table of people"):
        next(evaluation_sets(tmp_path))


def test_stations_hold_nobody_small() -> None:
    (items,) = station_sets(range(9000, 9001), 2)
    assert all(item.bgr.shape == (540, 960, 3) for item in items)
    assert all((item.boxes[:, 3] - item.boxes[:, 1] >= 30).all() for item in items)


@pytest.mark.shared
def test_the_first_sets_are_what_the_card_says(shared: Path) -> None:
    sets = evaluation_sets(shared)
    for name, pictures, people in (("PETS", 300, 1874), ("TUD-Stadtmitte", 179, 1156), ("MOT17 stills", 16, 379)):
        found, items = next(sets)
        assert (found, len(items), sum(len(item.boxes) for item in items)) == (name, pictures, people)
