"""Checks whether a file is truncated, from the sizes in its own structure.

The length in a header is no evidence: it may count from another zero, include sound, or contain a long last
picture. The sizes of a container's parts are, because a truncation does not adjust them.
"""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path
from typing import BinaryIO

# Six days in fragments of one second; a hostile file must not cause an endless walk.
_MOST_PARTS = 1_000_000
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


def is_whole(path: str | Path) -> bool | None:
    """Return True if an MP4, MOV, Matroska, WebM, AVI or FLV file reaches its own end, False if it is truncated.

    None for other formats, for files with open sizes, and if the file cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(12)
            file.seek(0)
            if start[:4] == _EBML:
                return _matroska(file, size)
            if start[:4] == b"RIFF" and start[8:12] == b"AVI ":
                return _riff(file, size)
            if start[:3] == b"FLV":
                return _flv(file, size)
            return _boxes(file, size) if start[4:8].isalnum() else None
    except (OSError, struct.error):
        return None


def _boxes(file: BinaryIO, size: int) -> bool | None:
    at = 0
    for _ in range(_MOST_PARTS):
        if size - at < 8:
            return True
        file.seek(at)
        head = file.read(16)
        length, kind = struct.unpack_from(">I4s", head)
        if length == 1:
            (length,) = struct.unpack_from(">Q", head, 8)
        elif length == 0:
            return True
        if length < 8 or not kind.strip(b" \xa9").isalnum():
            return None
        at += length
        if at > size:
            return False
    return None


def _riff(file: BinaryIO, size: int) -> bool | None:
    at = 0
    while size - at >= 8:
        file.seek(at)
        kind, length = struct.unpack("<4sI", file.read(8))
        if kind not in (b"RIFF", b"JUNK", b"idx1") or length == 0:
            return None
        at += 8 + length + length % 2
        if at > size + 1:
            return False
    return True


def _matroska(file: BinaryIO, size: int) -> bool | None:
    file.seek(4)
    header = _ebml_size(file)
    if header is None:
        return None
    file.seek(header, io.SEEK_CUR)
    if file.read(4) != _SEGMENT:
        return None
    segment = _ebml_size(file)
    return None if segment is None else file.tell() + segment <= size


def _ebml_size(file: BinaryIO) -> int | None:
    first = int.from_bytes(file.read(1))
    width = 9 - first.bit_length()
    if width > 8:
        return None
    value = int.from_bytes(bytes([first & (0xFF >> width)]) + file.read(width - 1))
    return None if value == (1 << 7 * width) - 1 else value


def _flv(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - 4))
    tag = int.from_bytes(file.read(4))
    if not 11 <= tag <= size - 13:
        return False
    file.seek(size - 4 - tag + 1)
    return int.from_bytes(file.read(3)) == tag - 11
