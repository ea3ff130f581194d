"""The sets for comparing detectors. None of these pictures is used in training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np

from passerby.contracts.arrays import F32
from passerby.contracts.errors import UsageError
from passerby.evals.detector_labels import Labelled, quads
from passerby.evals.detector_photos import photos
from passerby.evals.detector_stations import SEEN, stations_by_visibility
from passerby.pixels.frame import U8

MOT_IGNORED = (2, 7, 8, 12)  # person on a vehicle, static, distractor, reflection
LEAST_VISIBLE = 0.25
STILLS = ("MOT17-02", "MOT17-04", "MOT17-09")
STATION_SEEDS, STATION_EACH = range(9000, 9032), 8
STATION_LEAST_PX, STATION_PX = 30.0, (960, 540)


def _corners(rows: F32) -> F32:
    """x, y, w, h -> x0, y0, x1, y1."""
    return np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:]], axis=1).astype(np.float32)


def _rows(table: Path) -> F32:
    if not table.is_file():
        raise UsageError(f"{table}: no such table of people; check --data")
    return np.loadtxt(table, delimiter=",", dtype=np.float32, ndmin=2)


def film(video: Path, table: Path) -> Iterator[Labelled]:
    """Frames of a video with MOTChallenge rows (frame, id, x, y, w, h, ...), frames counted from 1."""
    rows = _rows(table)
    with av.open(str(video)) as container:
        for number, frame in enumerate(container.decode(video=0), 1):
            mine = rows[rows[:, 0] == number]
            if len(mine):
                bgr: U8 = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                yield Labelled(bgr, _corners(mine[:, 2:6]), quads([]), video.stem, str(number))


def stills(folder: Path, table: Path) -> Iterator[Labelled]:
    """JPEGs named by frame number, with MOT17 rows: class 1 counts if a quarter is visible."""
    rows = _rows(table)
    for path in sorted(folder.glob("*.jpg")):
        mine = rows[rows[:, 0] == int(path.stem)]
        people = (mine[:, 7] == 1) & (mine[:, 6] == 1)
        seen = mine[:, 8] >= LEAST_VISIBLE
        ignore = np.isin(mine[:, 7], MOT_IGNORED) | (people & ~seen)
        boxes = _corners(mine[:, 2:6])
        bgr: U8 = np.asarray(cv2.imread(str(path)), np.uint8)
        yield Labelled(bgr, boxes[people & seen], boxes[ignore], folder.name, path.stem)


def validation(data: Path, groups: str) -> list[Labelled]:
    """The validation photos of these licence groups."""
    return list(photos([data / "training" / "person-boxes"], "val", groups))


def tall(item: Labelled, least_px: float = STATION_LEAST_PX) -> Labelled:
    """The same picture with smaller people as ignore regions."""
    high = item.boxes[:, 3] - item.boxes[:, 1] >= least_px
    return replace(item, boxes=item.boxes[high], ignore=np.concatenate([item.ignore, item.boxes[~high]]))


def station_sets(seeds: range, each: int, seen: Sequence[float] = (SEEN,)) -> list[list[Labelled]]:
    """Simulated stations with all people from 30 px who are visible to at least a fraction, for each value of
    `seen`."""
    return [[tall(item) for item in items] for items in stations_by_visibility(seeds, each, STATION_PX, seen)]


def evaluation_sets(data: Path) -> Iterator[tuple[str, list[Labelled]]]:
    """Yield name and pictures of each set in sequence, because all at once would fill the memory.

    data: folder with `media`, `groundtruth` and `training`. Raises UsageError if a part is missing.
    """
    media, truth = data / "media", data / "groundtruth" / "mot"
    pets, tud = "pets09-s2l1-f001-300", "tud-stadtmitte"
    yield "PETS", list(film(media / f"{pets}.mp4", truth / f"{pets}.txt"))
    yield "TUD-Stadtmitte", list(film(media / f"{tud}-480p25.mp4", truth / f"{tud}.txt"))
    mot = [p for name in STILLS for p in stills(media / "mot17-stills" / name, truth / f"{name}-stills.txt")]
    yield "MOT17 stills", mot
    yield "val", validation(data, "BCR")
    yield "val, open licences", validation(data, "B")
    everybody, half = station_sets(STATION_SEEDS, STATION_EACH, (SEEN, 0.5))
    yield "simulated, from 30 px", everybody
    yield "simulated, half seen", half
