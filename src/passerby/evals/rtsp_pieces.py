"""The pieces in which a camera sends RTSP over TCP, and what a bad network makes of them."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence

import numpy as np

Piece = bytes
Damage = Callable[[Sequence[Piece], np.random.Generator], list[Piece]]
LOSS = 0.3
JUMP_S = 3600
_MARK, _HEAD = b"$", 4
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
# RTCP (RFC 3550, 6.4): its types, that of a sender report, and the position of the seconds of its wall clock; the
# time of the stream is 8 bytes behind them.
_REPORTS, _SENDER_REPORT, _WALL = range(200, 208), 200, _HEAD + 8
# RTP: the position of the time of a packet; video counts this many per second (RFC 3551, 5).
_STAMP, STAMPS_PER_S = _HEAD + 4, 90_000


class Pieces:
    """Splits a stream of bytes into packets ("$", channel, length, data) and answers (text with a length)."""

    def __init__(self) -> None:
        self._kept = b""

    def add(self, data: bytes) -> list[Piece]:
        """Return the pieces that are whole now; the rest is kept."""
        self._kept += data
        whole = []
        while (size := _size(self._kept)) is not None and len(self._kept) >= size:
            whole.append(self._kept[:size])
            self._kept = self._kept[size:]
        return whole


def lossy(pieces: Sequence[Piece], rng: np.random.Generator) -> list[Piece]:
    """Lose LOSS of the packets, never an answer."""
    return [one for one in pieces if not one.startswith(_MARK) or rng.random() >= LOSS]


def reordered(pieces: Sequence[Piece], rng: np.random.Generator) -> list[Piece]:
    """Deliver packets that are sent together in any order, after the answers."""
    packets = [one for one in pieces if one.startswith(_MARK)]
    rest = [one for one in pieces if not one.startswith(_MARK)]
    return rest + [packets[k] for k in rng.permutation(len(packets))]


def moved_clock(by_s: int, *, with_stamps: bool = False) -> Damage:
    """Return a damage that moves the wall clock in the camera's sender reports.

    with_stamps: also the times of the packets, as in a camera that derives them from its wall clock.
    """

    def moved(pieces: Sequence[Piece], _: np.random.Generator) -> list[Piece]:
        return [_moved(one, by_s, with_stamps) for one in pieces]

    return moved


DAMAGE: dict[str, Damage] = {
    "lossy": lossy,
    "reordered": reordered,
    "clock": moved_clock(JUMP_S),
    "clock_back": moved_clock(-JUMP_S),
    "stamps": moved_clock(JUMP_S, with_stamps=True),
    "stamps_back": moved_clock(-JUMP_S, with_stamps=True),
}


def _size(data: bytes) -> int | None:
    """Return the size of the first piece, None while it is unknown."""
    if data.startswith(_MARK):
        return _HEAD + int.from_bytes(data[2:_HEAD], "big") if len(data) >= _HEAD else None
    head, end, _ = data.partition(b"\r\n\r\n")
    if not end:
        return None
    found = _LENGTH.search(head)
    return len(head) + len(end) + (int(found[1]) if found else 0)


def _moved(piece: Piece, by_s: int, with_stamps: bool) -> Piece:
    if not piece.startswith(_MARK) or len(piece) < _HEAD + 8:
        return piece
    kind = piece[_HEAD + 1]
    if kind == _SENDER_REPORT:
        moved = _added(piece, _WALL, by_s)
        return _added(moved, _WALL + 8, by_s * STAMPS_PER_S) if with_stamps else moved
    return _added(piece, _STAMP, by_s * STAMPS_PER_S) if with_stamps and kind not in _REPORTS else piece


def _added(piece: Piece, at: int, value: int) -> Piece:
    """Add to a number of 32 bits; a piece that is cut off before it stays as it is."""
    if len(piece) < at + 4:
        return piece
    (before,) = struct.unpack_from(">I", piece, at)
    return piece[:at] + struct.pack(">I", (before + value) % 2**32) + piece[at + 4 :]
