"""A link between a camera and a unit that fails on request: a TCP proxy on 127.0.0.1."""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
from contextlib import suppress

from passerby.contracts.closing import Closing

KINDS = ("silent", "reset", "refused", "garbage", "closed")
"""silent: no byte passes. reset, closed: the connection ends, with an error or in order. refused: also no new one.
garbage: the unit receives random bytes."""
_CHUNK = 65_536
_POLL_S = 0.05
_NO_LINGER = struct.pack("ii", 1, 0)


class FaultyLink(Closing):
    """Forwards connections to `port` until a fault begins; `port_here` is its own port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = _listening(0)
        self.port_here = int(self._listener.getsockname()[1])
        self._fault: str | None = None
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._is_closed = False
        self._thread = threading.Thread(target=self._work, name="link", daemon=True)
        self._thread.start()

    def begin(self, kind: str) -> None:
        """Begin a fault of a kind; it lasts until `end`."""
        self._fault = kind

    def end(self) -> None:
        """End the fault: connections pass again."""
        self._fault = None

    def close(self) -> None:
        """End all connections; may be called twice."""
        self._is_closed = True
        self._thread.join()

    def _work(self) -> None:
        while not self._is_closed:
            fault = self._fault
            if fault in ("reset", "closed", "refused"):
                self._drop(with_error=fault == "reset")
            self._listen(is_open=fault != "refused")
            if fault == "silent":
                threading.Event().wait(_POLL_S)
            else:
                self._pass(garbage=fault == "garbage")
        self._drop(with_error=False)
        self._listen(is_open=False)

    def _listen(self, *, is_open: bool) -> None:
        if is_open and self._listener.fileno() < 0:
            self._listener = _listening(self.port_here)
        elif not is_open:
            self._listener.close()

    def _drop(self, *, with_error: bool) -> None:
        for pair in self._pairs:
            for end in pair:
                with suppress(OSError):
                    if with_error:
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                    end.close()
        self._pairs.clear()

    def _pass(self, *, garbage: bool) -> None:
        watched = [end for pair in self._pairs for end in pair]
        if self._listener.fileno() >= 0:
            watched.append(self._listener)
        ready = set(select.select(watched, [], [], _POLL_S)[0]) if watched else set()
        if not watched:
            threading.Event().wait(_POLL_S)
        if self._listener in ready:
            self._accept()
        for pair in [*self._pairs]:
            if not self._forward(pair, ready, garbage=garbage):
                self._pairs.remove(pair)

    def _accept(self) -> None:
        unit, _ = self._listener.accept()
        try:
            self._pairs.append((unit, socket.create_connection(("127.0.0.1", self._port), timeout=5.0)))
        except OSError:
            unit.close()

    def _forward(
        self, pair: tuple[socket.socket, socket.socket], ready: set[socket.socket], *, garbage: bool
    ) -> bool:
        """Forward what has arrived; return False if the connection has ended."""
        unit, camera = pair
        try:
            for source, target in ((unit, camera), (camera, unit)):
                if source in ready:
                    data = source.recv(_CHUNK)
                    if not data:
                        raise ConnectionError
                    target.sendall(os.urandom(len(data)) if garbage and target is unit else data)
        except OSError:
            for end in pair:
                end.close()
            return False
        return True


def _listening(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port))
