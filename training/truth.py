"""The sets on which detectors are compared. None of these pictures is trained on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from training.ap import Truth
from training.photos import photos
from training.samples import F32, U8, quads

Picture = tuple[U8, Truth]
MOT_IGNORED = (2, 7, 8, 12)  # somebody on a vehicle, static, distractor, reflection
LEAST_VISIBLE = 0.25
STILLS = ("MOT17-02", "MOT17-04", "MOT17-09")


def _corners(rows: F32) -> F32:
    """x, y, w, h -> x0, y0, x1, y1."""
    return np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:]], axis=1).astype(np.float32)


def video(film: Path, table: Path) -> Iterator[Picture]:
    """Frames of a video with MOTChallenge rows (frame, id, x, y, w, h, ...), frames counted from 1."""
    rows = np.loadtxt(table, delimiter=",", dtype=np.float32, ndmin=2)
    with av.open(str(film)) as container:
        for number, frame in enumerate(container.decode(video=0), 1):
            mine = rows[rows[:, 0] == number]
            if len(mine):
                yield (
                    np.asarray(frame.to_ndarray(format="bgr24"), np.uint8),
                    Truth(_corners(mine[:, 2:6]), quads([])),
                )


def stills(folder: Path, table: Path) -> Iterator[Picture]:
    """JPEGs named by frame number, with MOT17 rows: class 1 counts when a quarter is seen."""
    rows = np.loadtxt(table, delimiter=",", dtype=np.float32, ndmin=2)
    for path in sorted(folder.glob("*.jpg")):
        mine = rows[rows[:, 0] == int(path.stem)]
        people = (mine[:, 7] == 1) & (mine[:, 6] == 1)
        seen = mine[:, 8] >= LEAST_VISIBLE
        ignore = np.isin(mine[:, 7], MOT_IGNORED) | (people & ~seen)
        boxes = _corners(mine[:, 2:6])
        bgr: U8 = np.asarray(cv2.imread(str(path)), np.uint8)
        yield bgr, Truth(boxes[people & seen], boxes[ignore])


def evaluation_sets(shared: Path) -> dict[str, list[Picture]]:
    """Set name -> pictures with their truth."""
    media, truth = shared / "media", shared / "groundtruth" / "mot"
    mot = [p for name in STILLS for p in stills(media / "mot17-stills" / name, truth / f"{name}-stills.txt")]
    return {
        "PETS": list(video(media / "pets09-s2l1-f001-300.mp4", truth / "pets09-s2l1-f001-300.txt")),
        "TUD-Stadtmitte": list(video(media / "tud-stadtmitte-480p25.mp4", truth / "tud-stadtmitte.txt")),
        "MOT17 stills": mot,
        "val": validation(shared, "BCR"),
        "val, open licences": validation(shared, "B"),
    }


def validation(shared: Path, groups: str) -> list[Picture]:
    """The validation photos of these licence groups."""
    folder = shared / "training" / "person-boxes"
    return [(item.bgr, Truth(item.boxes, item.ignore)) for item in photos(folder, "val", groups)]
