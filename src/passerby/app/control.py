"""What the console may change of a running unit: add, remove, restart, draw and calibrate cameras."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

from pydantic import ValidationError

from passerby.app.probes import PROBES
from passerby.config.cameras_edit import with_camera, without_camera
from passerby.config.check import load_checked
from passerby.config.places_edit import edited, with_floor
from passerby.config.text import read_text
from passerby.console.ports import FloorBand, FloorResidual, FloorTrial, GridLine
from passerby.contracts.arrays import F64
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.drawing import DrawnFloor, DrawnPlaces
from passerby.contracts.errors import CalibrationError, ConfigError, StoreError, UsageError
from passerby.contracts.new_camera import NewCamera
from passerby.files.whole import write_whole
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.calibration.quality import bands, floor_grid, point_misses, usable_share
from passerby.store.utc import now_ms
from passerby.unit.trials import Trials

Change = Callable[[str], str]
"""Returns the changed text of a configuration. Raises UsageError if it cannot be edited."""


class Control:
    """Takes requests from any thread. They are carried out by the thread of the unit: `restarts` and the event.

    path: the configuration. cameras: returns the names of the running cameras. focus: see UnitControl.
    """

    def __init__(
        self,
        path: Path,
        reload: threading.Event,
        cameras: Callable[[], Collection[str]],
        focus: Callable[[str], None],
        trials: Trials,
    ) -> None:
        self._path, self._reload, self._cameras, self.focus = path, reload, cameras, focus
        self._trials = trials
        self._restarts: SimpleQueue[str] = SimpleQueue()
        self._writing = threading.Lock()

    def restart(self, camera: str) -> None:
        """See UnitControl."""
        if camera not in self._cameras():
            raise UsageError(f"camera {camera} is not running")
        self._restarts.put(camera)

    def restarts(self) -> Iterator[str]:
        """Yield each camera that was asked for since the last call, once."""
        asked: dict[str, None] = {}
        while True:
            try:
                asked[self._restarts.get_nowait()] = None
            except Empty:
                break
        yield from asked

    def check_places(self, drawn: DrawnPlaces) -> list[str]:
        """See UnitControl."""
        return self._problems(lambda text: edited(text, drawn))

    def save_places(self, drawn: DrawnPlaces) -> None:
        """See UnitControl."""
        self._save(lambda text: edited(text, drawn))

    def try_places(self, drawn: DrawnPlaces, actor: str) -> None:
        """See UnitControl."""
        unit = load_checked(self._path, probes=PROBES, text=edited(read_text(self._path), drawn)).unit
        changed = next(camera for camera in unit.cameras if camera.name == drawn.camera)
        self._trials.start(changed, drawn, actor, now_ms())

    def stop_trial(self, camera: str) -> None:
        """See UnitControl."""
        self._trials.stop(camera)

    def try_floor(self, drawn: DrawnFloor) -> FloorTrial:
        """See UnitControl."""
        try:
            calibration = Calibration.model_validate(drawn.given())
            plane = make_plane(calibration, drawn.picture_px)
        except ValidationError as error:
            return FloorTrial(tuple(one["msg"].removeprefix("Value error, ") for one in error.errors()))
        except CalibrationError as error:
            return FloorTrial((str(error),))
        wh = drawn.picture_px
        return FloorTrial(
            tuple(self._problems(lambda text: with_floor(text, drawn))),
            tuple(FloorResidual(miss.what, round(miss.cm, 1)) for miss in point_misses(calibration, plane)),
            tuple(FloorBand(band.y_px, band.px_per_m, band.speed_sd_mps) for band in bands(plane, wh)),
            round(usable_share(plane, wh), 3),
            tuple(_line(bold, px) for bold, px in floor_grid(plane, wh)),
        )

    def save_floor(self, drawn: DrawnFloor) -> None:
        """See UnitControl."""
        self._save(lambda text: with_floor(text, drawn))

    def add_camera(self, new: NewCamera) -> None:
        """See UnitControl."""
        self._save(lambda text: with_camera(text, new))

    def remove_camera(self, camera: str) -> None:
        """See UnitControl."""
        self._save(lambda text: without_camera(text, camera))

    def _problems(self, change: Change) -> list[str]:
        try:
            self._checked(change)
        except ConfigError as error:
            return [f"{p.key}: {p.what}" if p.key else p.what for p in error.problems]
        except UsageError as error:
            return [str(error)]
        return []

    def _save(self, change: Change) -> None:
        with self._writing:
            text = self._checked(change)
            path = self._path.resolve()  # a link stays a link
            try:
                mode = path.stat().st_mode & 0o777
                write_whole(path, text.encode())
                path.chmod(mode)
            except (StoreError, OSError) as error:
                raise UsageError(f"the configuration cannot be written ({error}); check its permissions") from None
            self._reload.set()

    def _checked(self, change: Change) -> str:
        text = change(read_text(self._path))
        load_checked(self._path, probes=PROBES, text=text)
        return text


def _line(bold: bool, px: F64) -> GridLine:
    return GridLine(bool(bold), tuple((round(float(x), 1), round(float(y), 1)) for x, y in px))
