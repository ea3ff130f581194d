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
# RTCP: the type of a sender report, and the position of its wall clock behind the head of the piece.
_SENDER_REPORT, _WALL = 200, _HEAD + 8


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


def later_clock(pieces: Sequence[Piece], _: np.random.Generator) -> list[Piece]:
    """Set the wall clock of the camera's sender reports JUMP_S later."""
    return [_moved(one) if _is_report(one) else one for one in pieces]


DAMAGE: dict[str, Damage] = {"lossy": lossy, "reordered": reordered, "clock": later_clock}


def _size(data: bytes) -> int | None:
    """Return the size of the first piece, None while it is unknown."""
    if data.startswith(_MARK):
        return _HEAD + int.from_bytes(data[2:_HEAD], "big") if len(data) >= _HEAD else None
    head, end, _ = data.partition(b"\r\n\r\n")
    if not end:
        return None
    found = _LENGTH.search(head)
    return len(head) + len(end) + (int(found[1]) if found else 0)


def _is_report(piece: Piece) -> bool:
    return piece.startswith(_MARK) and len(piece) >= _WALL + 4 and piece[_HEAD + 1] == _SENDER_REPORT


def _moved(piece: Piece) -> Piece:
    (seconds,) = struct.unpack_from(">I", piece, _WALL)
    moved = struct.pack(">I", (seconds + JUMP_S) % 2**32)
    return piece[:_WALL] + moved + piece[_WALL + 4 :]
