"""At most so many threads work at once; the others wait in the order in which they came."""

from __future__ import annotations

import os
import threading
from collections import deque
from types import TracebackType

# Most cameras of a process that decode at once. Sixteen would share the processors with the thread that holds the
# interpreter's lock, and all would wait for it. One more than processors: one may wait. Measured in decision 0039.
MOST_AT_ONCE = (os.cpu_count() or 1) + 1


class Turns:
    """A context manager that at most `most` threads are in at the same time; the others use no processor.

    A thread that leaves gives its turn to the one that waits longest. Python's semaphore lets a thread that comes
    later take it, so that some wait for seconds.
    """

    def __init__(self, most: int) -> None:
        self._gate = threading.Lock()
        self._free = most
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """The number of threads that wait."""
        return len(self._waiting)

    def __enter__(self) -> None:
        mine = threading.Lock()
        with self._gate:
            if self._free:
                self._free -= 1
                return
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()  # returns when the turn is given

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._gate:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
