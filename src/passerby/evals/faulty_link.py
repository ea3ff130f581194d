"""A link between a camera and a unit that fails on request: a TCP proxy on 127.0.0.1."""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from passerby.contracts.closing import Closing
from passerby.evals.rtsp_pieces import DAMAGE, Pieces

KINDS = (
    *("silent", "reset", "refused", "garbage", "closed", "restarting", "slow", "huge", "unresolved", "resized"),
    *("recoded", "lossy", "reordered", "clock", "clock_back", "stamps", "stamps_back"),
)
"""silent: no byte passes. reset, closed: the connection ends, with an error or in order. refused: also no new one.
garbage: the unit receives random bytes. restarting: connections pass for half of each second and are then reset.
slow: one byte of each chunk arrives. huge: an answer announces 2 GB and does not end. unresolved: as refused, and
its name has no address. resized, recoded: as refused, and the camera returns with another picture size or codec.
lossy: 30 % of the packets are lost. reordered: packets arrive in any order. clock, clock_back: the camera's clock
is set by an hour, later or earlier. stamps, stamps_back: the times of its packets jump with it.
"""
SOFT = frozenset(DAMAGE)
"""Kinds in which pictures may go on."""
_NO_CONNECTION = frozenset({"refused", "unresolved", "resized", "recoded"})
_HUGE = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 2000000000\r\n\r\n" + bytes(60_000)
_CHUNK = 65_536
_POLL_S, _WRITE_S = 0.05, 1.0
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class _Pair:
    """The two ends of one connection, and the pieces that the camera sends."""

    unit: socket.socket
    camera: socket.socket
    pieces: Pieces = field(default_factory=Pieces)

    def close(self) -> None:
        self.unit.close()
        self.camera.close()


class FaultyLink(Closing):
    """Forwards connections to `port` until a fault begins; `port_here` is its own port.

    fault: the present one. accepted_s, ended_s: when connections were accepted and the last fault ended,
    on the monotonic clock.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = _listening(0)
        self.port_here = int(self._listener.getsockname()[1])
        self.fault: str | None = None
        self.accepted_s: list[float] = []
        self.ended_s = 0.0
        self._rng = np.random.default_rng(self.port_here)
        self._pairs: list[_Pair] = []
        self._is_closed = False
        self._thread = threading.Thread(target=self._work, name="link", daemon=True)
        self._thread.start()

    def begin(self, kind: str) -> None:
        """Begin a fault of a kind; it lasts until `end`."""
        self.fault = kind

    def end(self) -> None:
        """End the fault: connections pass again."""
        self.ended_s = time.monotonic()
        self.fault = None

    def close(self) -> None:
        """End all connections; may be called twice."""
        self._is_closed = True
        self._thread.join()

    def _work(self) -> None:
        while not self._is_closed:
            fault = self.fault
            is_off = fault == "restarting" and time.monotonic() % 1 < 0.5
            if is_off or fault in ("reset", "closed") or fault in _NO_CONNECTION:
                self._drop(with_error=is_off or fault == "reset")
            self._listen(is_open=not is_off and fault not in _NO_CONNECTION)
            if fault == "silent":
                threading.Event().wait(_POLL_S)
            else:
                self._pass(fault)
        self._drop(with_error=False)
        self._listen(is_open=False)

    def _listen(self, *, is_open: bool) -> None:
        if is_open and self._listener.fileno() < 0:
            self._listener = _listening(self.port_here)
        elif not is_open:
            self._listener.close()

    def _drop(self, *, with_error: bool) -> None:
        for pair in self._pairs:
            for end in (pair.unit, pair.camera):
                with suppress(OSError):
                    if with_error:
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                    end.close()
        self._pairs.clear()

    def _pass(self, fault: str | None) -> None:
        watched = [end for pair in self._pairs for end in (pair.unit, pair.camera)]
        if self._listener.fileno() >= 0:
            watched.append(self._listener)
        ready = set(select.select(watched, [], [], _POLL_S)[0]) if watched else set()
        if not watched:
            threading.Event().wait(_POLL_S)
        if self._listener in ready:
            self._accept()
        for pair in [*self._pairs]:
            if not self._forward(pair, ready, fault):
                self._pairs.remove(pair)

    def _accept(self) -> None:
        unit, _ = self._listener.accept()
        # A unit that has seen enough reads no more; the others must not wait for it.
        unit.settimeout(_WRITE_S)
        try:
            self._pairs.append(_Pair(unit, socket.create_connection(("127.0.0.1", self._port), timeout=5.0)))
            self.accepted_s.append(time.monotonic())
        except OSError:
            unit.close()

    def _forward(self, pair: _Pair, ready: set[socket.socket], fault: str | None) -> bool:
        """Forward what has arrived; return False if the connection has ended."""
        try:
            if pair.unit in ready:
                pair.camera.sendall(_received(pair.unit))
            if pair.camera in ready:
                pair.unit.sendall(self._spoiled(pair, _received(pair.camera), fault))
        except OSError:
            pair.close()
            return False
        return True

    def _spoiled(self, pair: _Pair, data: bytes, fault: str | None) -> bytes:
        """Return what the unit receives of `data`."""
        whole = pair.pieces.add(data)
        if fault in DAMAGE:
            whole = DAMAGE[fault](whole, self._rng)
        match fault:
            case "garbage":
                return os.urandom(len(data))
            case "slow":
                return data[:1]
            case "huge":
                return _HUGE
            case _:
                return b"".join(whole)


def _received(end: socket.socket) -> bytes:
    """Return what has arrived. Raises ConnectionError at the end of the connection."""
    data = end.recv(_CHUNK)
    if not data:
        raise ConnectionError
    return data


def _listening(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port))
