"""The owner of running cameras: it starts, stops, restarts and replaces each while the others run."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from passerby.contracts.errors import PasserbyError
from passerby.ingest.backoff import Backoff

log = logging.getLogger(__name__)
RETRY_FIRST_S, RETRY_MOST_S = 1.0, 60.0
# A camera that ran for this long before a failure is restarted after the shortest delay, seconds.
GOOD_RUN_S = 300.0
# Time for all cameras together to end, seconds; a shutdown takes at most ten seconds.
STOP_S = 8.0
_POLL_S = 0.2

Work = Callable[[threading.Event], None]
"""The work of one camera: returns when the camera has nothing more to give (a file's end) or the event is set."""


@dataclass(slots=True)
class _Running:
    """One camera's thread, and the request to end it."""

    work: Work
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(init=False)


class Lifecycle:
    """The cameras of a unit, each in its own thread. The methods are called from one thread.

    A camera that raises an error is restarted after an increasing delay; the others are not affected.
    failures: counts by camera.
    """

    def __init__(self) -> None:
        self._running: dict[str, _Running] = {}
        self.failures: Counter[str] = Counter()

    @property
    def names(self) -> frozenset[str]:
        """The cameras that were started and not stopped, including those with a file that has ended."""
        return frozenset(self._running)

    def start(self, name: str, work: Work) -> None:
        """Start a camera. Raises ValueError if one with that name is running."""
        if name in self._running:
            raise ValueError(f"camera {name} is running already")
        camera = self._running[name] = _Running(work)
        camera.thread = threading.Thread(
            target=self._keep, args=(name, camera), name=f"camera {name}", daemon=True
        )
        camera.thread.start()

    def stop(self, *names: str, within_s: float = STOP_S) -> list[str]:
        """Stop cameras at once; return the names of those that did not end within the time.

        Raises KeyError if one is not running.
        """
        cameras = {name: self._running.pop(name) for name in names}
        for camera in cameras.values():
            camera.stop.set()
        until_s = time.monotonic() + within_s
        return [name for name, camera in cameras.items() if not _ended(name, camera, until_s - time.monotonic())]

    def stop_all(self, within_s: float = STOP_S) -> list[str]:
        """Stop every camera, as `stop`."""
        return self.stop(*self._running, within_s=within_s)

    def restart(self, name: str) -> None:
        """Stop a camera and start it again. Raises KeyError for one that does not run."""
        work = self._running[name].work
        self.stop(name)
        self.start(name, work)

    def wait(
        self,
        stop: threading.Event,
        tick: Callable[[], None] = lambda: None,
        expects_more: Callable[[], bool] = lambda: False,
    ) -> None:
        """Return when every camera has ended and no other is expected, or `stop` is set; `tick` is called
        a few times per second."""
        while any(camera.thread.is_alive() for camera in self._running.values()) or expects_more():
            if stop.wait(_POLL_S):
                return
            tick()

    def _keep(self, name: str, camera: _Running) -> None:
        backoff = Backoff(RETRY_FIRST_S, RETRY_MOST_S)
        while not camera.stop.is_set():
            began_s = time.monotonic()
            if self._once(name, camera):
                return
            self.failures[name] += 1
            if time.monotonic() - began_s > GOOD_RUN_S:
                backoff.reset()
            wait_s = backoff.next_s()
            log.info("camera %s: restarting in %.0f s", name, wait_s)
            camera.stop.wait(wait_s)

    def _once(self, name: str, camera: _Running) -> bool:
        """Return whether the work ended by itself."""
        try:
            camera.work(camera.stop)
        except PasserbyError as error:
            log.error("camera %s: %s", name, error)
        except Exception:  # a fault of ours in one camera must not silence the others
            log.exception("camera %s: an error in passerby; please report it", name)
        else:
            return True
        return False


def _ended(name: str, camera: _Running, within_s: float) -> bool:
    """Return whether a camera's thread ended in time."""
    camera.thread.join(max(0.0, within_s))
    if camera.thread.is_alive():
        log.error("camera %s does not end and was abandoned; restart the unit if this repeats", name)
    return not camera.thread.is_alive()
