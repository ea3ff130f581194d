"""A thread for each camera, for months: what fails is said once and started again, until the unit is stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from passerby.contracts.errors import PasserbyError

log = logging.getLogger(__name__)
RETRY_FIRST_S, RETRY_MOST_S = 1.0, 60.0
# A camera that worked for this long before it failed starts over with the shortest wait.
GOOD_RUN_S = 300.0

Work = Callable[[threading.Event], None]


class Supervisor:
    """Keeps one job per camera running.

    A job returns when its camera has nothing more to give (a file's end) or `stop` is set. One that raises is
    started again after a growing wait; it never takes another camera with it. `failures` counts by name.
    """

    def __init__(self, jobs: Sequence[tuple[str, Work]], stop: threading.Event) -> None:
        self.stop = stop
        self.failures: dict[str, int] = {name: 0 for name, _ in jobs}
        self._threads = [
            threading.Thread(target=self._keep, args=(name, work), name=f"camera {name}") for name, work in jobs
        ]

    def start(self) -> None:
        """Start every camera."""
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Return once every camera has ended; signals are handled meanwhile."""
        for thread in self._threads:
            while thread.is_alive():
                thread.join(0.2)

    def _keep(self, name: str, work: Work) -> None:
        wait_s = RETRY_FIRST_S
        while not self.stop.is_set():
            began_s = time.monotonic()
            if self._once(name, work):
                return
            self.failures[name] += 1
            if time.monotonic() - began_s > GOOD_RUN_S:
                wait_s = RETRY_FIRST_S
            log.info("camera %s: trying again in %.0f s", name, wait_s)
            self.stop.wait(wait_s)
            wait_s = min(2 * wait_s, RETRY_MOST_S)

    def _once(self, name: str, work: Work) -> bool:
        """Return whether the work ended by itself."""
        try:
            work(self.stop)
        except PasserbyError as error:
            log.error("camera %s: %s", name, error)
        except Exception:  # a fault of ours in one camera must not silence the others
            log.exception("camera %s: an error of passerby itself; please report it", name)
        else:
            return True
        return False
