"""What the console may change of a running unit: add, remove, restart, draw and calibrate cameras."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

from passerby.app.floor_trial import tried
from passerby.app.probes import PROBES
from passerby.config.cameras_edit import with_camera, without_camera
from passerby.config.check import load_checked
from passerby.config.places_edit import edited, with_floor, with_learned_floor
from passerby.config.text import read_text
from passerby.console.ports import FloorTrial
from passerby.contracts.drawing import DrawnFloor, DrawnPlaces
from passerby.contracts.errors import ConfigError, StoreError, UsageError
from passerby.contracts.new_camera import NewCamera
from passerby.contracts.ports import FloorMemory
from passerby.files.whole import write_whole
from passerby.store.utc import now_ms
from passerby.unit.trials import Trials

Change = Callable[[str], str]
"""Returns the changed text of a configuration. Raises UsageError if it cannot be edited."""


class Control:
    """Takes requests from any thread. They are carried out by the thread of the unit: `restarts` and the event.

    path: the configuration. cameras: returns the names of the running cameras. focus: see UnitControl.
    floors: the floors that people gave.
    """

    def __init__(
        self,
        path: Path,
        reload: threading.Event,
        cameras: Callable[[], Collection[str]],
        focus: Callable[[str], None],
        trials: Trials,
        floors: FloorMemory,
    ) -> None:
        self._path, self._reload, self._cameras, self.focus = path, reload, cameras, focus
        self._trials, self._floors = trials, floors
        self._restarts: SimpleQueue[str] = SimpleQueue()
        self._writing = threading.Lock()

    @property
    def path(self) -> Path:
        """The configuration."""
        return self._path

    def save_text(self, change: Change) -> None:
        """Write the changed text of the configuration and reload it.

        Raises UsageError if it is invalid or cannot be written.
        """
        self._save(change)

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
        floor = self._floors.load(drawn.camera)
        return tried(drawn, lambda: self._problems(lambda text: with_floor(text, drawn)), floor)

    def use_learned_floor(self, camera: str) -> None:
        """See UnitControl."""
        floor = self._floors.load(camera)
        if floor is None:
            raise UsageError(f"camera {camera} has no floor from people yet; it needs 20 who walk past")
        self._save(lambda text: with_learned_floor(text, camera, floor))

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
