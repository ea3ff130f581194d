"""What the console may change of a running unit: restart a camera, and replace its zones and lines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

from passerby.app.probes import PROBES
from passerby.config.check import load_checked
from passerby.config.places_edit import edited
from passerby.config.text import read_text
from passerby.contracts.drawing import DrawnPlaces
from passerby.contracts.errors import ConfigError, StoreError, UsageError
from passerby.files.whole import write_whole


class Control:
    """Takes requests from any thread. They are carried out by the thread of the unit: `restarts` and the event.

    path: the configuration. cameras: returns the names of the running cameras.
    """

    def __init__(self, path: Path, reload: threading.Event, cameras: Callable[[], Collection[str]]) -> None:
        self._path, self._reload, self._cameras = path, reload, cameras
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
        try:
            self._checked(drawn)
        except ConfigError as error:
            return [
                f"{problem.key}: {problem.what}" if problem.key else problem.what for problem in error.problems
            ]
        except UsageError as error:
            return [str(error)]
        return []

    def save_places(self, drawn: DrawnPlaces) -> None:
        """See UnitControl."""
        with self._writing:
            text = self._checked(drawn)
            path = self._path.resolve()  # a link stays a link
            try:
                mode = path.stat().st_mode & 0o777
                write_whole(path, text.encode())
                path.chmod(mode)
            except (StoreError, OSError) as error:
                raise UsageError(f"the configuration cannot be written ({error}); check its permissions") from None
            self._reload.set()

    def _checked(self, drawn: DrawnPlaces) -> str:
        text = edited(read_text(self._path), drawn)
        load_checked(self._path, probes=PROBES, text=text)
        return text
