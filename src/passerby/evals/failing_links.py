"""Links of several cameras that fail one at a time, at even intervals, while something else is measured."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from urllib.parse import urlsplit

import numpy as np

from passerby.contracts.closing import Closing
from passerby.evals.changing_camera import FORMS
from passerby.evals.faulty_link import KINDS, FaultyLink
from passerby.evals.recovery_suite import LONGEST_S, SHORTEST_S

# The others need a camera that changes, or a name that can be taken away.
LINK_KINDS = tuple(kind for kind in KINDS if kind not in {*FORMS, "unresolved"})


class FailingLinks(Closing):
    """A link for each camera; after `begin`, one of them fails for SHORTEST_S to LONGEST_S, again and again.

    made: faults by kind.
    """

    def __init__(self, seed: int) -> None:
        self._every_s, self._chance = LONGEST_S, np.random.default_rng(seed)
        self.made: Counter[str] = Counter()
        self._links: dict[str, FaultyLink] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="faults", daemon=True)

    def address(self, camera: str, url: str) -> str:
        """Open a link to the server of `url`, an rtsp address with a port, and return the address of the link."""
        parts = urlsplit(url)
        assert parts.port is not None
        link = self._links[camera] = FaultyLink(parts.port)
        return parts._replace(netloc=f"127.0.0.1:{link.port_here}").geturl()

    def begin(self, every_s: float) -> None:
        """Let the links fail from now on. every_s: between two starts, seconds, at least LONGEST_S."""
        self._every_s = every_s
        self._thread.start()

    def close(self) -> None:
        """End the present fault and all connections; may be called twice."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        for link in self._links.values():
            link.close()

    def _work(self) -> None:
        for kind in itertools.cycle(LINK_KINDS):
            fault_s = float(self._chance.uniform(SHORTEST_S, LONGEST_S))
            link = self._links[str(self._chance.choice(sorted(self._links)))]
            link.begin(kind)
            self._stop.wait(fault_s)
            link.end()
            self.made[kind] += 1
            if self._stop.wait(self._every_s - fault_s):
                return
