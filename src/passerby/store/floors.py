"""Learned floors between runs: one small JSON file per camera in the results folder."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path

import numpy as np

from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.errors import StoreError
from passerby.files.whole import write_whole
from passerby.store.cameras import camera_folder, old_camera_folder

log = logging.getLogger(__name__)
NAME = "floor.json"


class FloorFiles:
    """Stores each camera's floor as floor.json in the camera's folder. An invalid file is logged as a warning."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, camera: str) -> LearnedFloor | None:
        """Return the stored floor of `camera`; None if there is no usable one."""
        folders = (camera_folder(self._folder, camera), old_camera_folder(self._folder, camera))
        path = next((folder / NAME for folder in folders if (folder / NAME).is_file()), None)
        if path is None:
            return None
        try:
            return _floor(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.warning("%s cannot be used (%s); the floor is learned again", path, error)
            return None

    def save(self, camera: str, floor: LearnedFloor) -> None:
        """Store `floor`; after a crash there is the old file or the new one."""
        path = camera_folder(self._folder, camera) / NAME
        try:
            write_whole(path, f"{json.dumps(asdict(floor), indent=1)}\n".encode(), make_folder=True)
        except StoreError as error:
            log.warning("%s; after a restart the floor is learned again", error)


def _floor(data: dict[str, object]) -> LearnedFloor:
    """Return the floor in the text. Raises ValueError, TypeError or KeyError for an invalid one."""
    vector, cov = np.array(data["vector"], np.float64), np.array(data["cov"], np.float64)
    if vector.shape != (4,) or cov.shape != (16,) or not (np.isfinite(vector).all() and np.isfinite(cov).all()):
        raise ValueError("its numbers are not a floor")
    if np.linalg.eigvalsh(cov.reshape(4, 4)).min() < -1e-9:
        raise ValueError("its covariance is invalid")
    width, height = np.array(data["picture_wh"], np.int64).tolist()
    return LearnedFloor(
        picture_wh=(width, height),
        given=str(data["given"]),
        vector=tuple(vector.tolist()),
        cov=tuple(cov.tolist()),
        people_misfit=float(str(data["people_misfit"])),
        box_misfit=float(str(data["box_misfit"])),
        length_sd=float(str(data["length_sd"])),
        walkers=int(str(data["walkers"])),
    )
