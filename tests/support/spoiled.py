"""Recordings that were damaged in a random way, and a program that reads them under a limit of memory."""

from __future__ import annotations

import random
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

from support.clock import FakeClock
from support.figures import MAGENTA, YELLOW, Figure, film

FORMATS = ("mp4", "mkv", "avi", "ts", "flv")
Way = Callable[[bytearray, int, random.Random], None]
CAST = (Figure(MAGENTA, ((0.0, 10, 40), (2.0, 90, 40)), height=20), Figure(YELLOW, ((0.0, 50, 50),), height=20))
WH = (96, 64)


def whole(folder: Path) -> list[Path]:
    """One small recording of each format."""
    return [film(folder / f"whole.{end}", CAST, 2.0, wh=WH) for end in FORMATS]


def _bits(data: bytearray, at: int, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 5, 50, 500))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _header(data: bytearray, at: int, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 3, 10))):
        data[chance.randrange(min(len(data), 400))] = chance.randrange(256)


def _lengths(data: bytearray, at: int, chance: random.Random) -> None:
    for _ in range(4):
        spot = chance.randrange(min(len(data), 2000) - 4)
        data[spot : spot + 4] = struct.pack(">I", chance.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 2**31)))


def _cut(data: bytearray, at: int, chance: random.Random) -> None:
    del data[at:]


def _hole(data: bytearray, at: int, chance: random.Random) -> None:
    del data[at : at + chance.randrange(1, 3000)]


def _twice(data: bytearray, at: int, chance: random.Random) -> None:
    data[at:at] = data[: chance.randrange(len(data))]


def _swapped(data: bytearray, at: int, chance: random.Random) -> None:
    data[:] = data[at:] + data[:at]


def _end(data: bytearray, at: int, chance: random.Random) -> None:
    length = chance.randrange(1, 600)
    data[-length:] = chance.randbytes(length)


def _tail(data: bytearray, at: int, chance: random.Random) -> None:
    data += chance.randbytes(chance.randrange(1, 5000))


def _text(data: bytearray, at: int, chance: random.Random) -> None:
    data[at : at + 40] = b"%s%n\0\xff\xfe<html>401 Unauthorized</html>\r\n\r\n"


WAYS = (_bits, _cut, _header, _hole, _lengths, _twice, _swapped, _end, _tail, _text)
"""Each damages a recording in place, some of them at a given byte."""


def spoiled(data: bytes, way: Way, chance: random.Random) -> bytes:
    """Return the data damaged in one way."""
    out = bytearray(data)
    way(out, chance.randrange(len(data)), chance)
    return bytes(out)


def variants(folder: Path, number: int, seed: int) -> Iterator[Path]:
    """Write damaged recordings one after the other, each under the same name."""
    chance, sources = random.Random(seed), whole(folder)
    for _, (source, way) in zip(range(number), _forever(sources), strict=False):
        path = folder / f"spoiled{source.suffix}"
        path.write_bytes(spoiled(source.read_bytes(), way, chance))
        yield path


def _forever(sources: list[Path]) -> Iterator[tuple[Path, Way]]:
    while True:
        yield from product(sources, WAYS)


def read(path: Path) -> str:
    """Read a recording to its end; return how it ended: "N pictures", or the sentence that refused it."""
    from passerby.contracts.errors import InputError
    from passerby.ingest.open import open_source
    from passerby.pixels.frame import RawFrame

    pictures = 0
    try:
        with closing(open_source(str(path), "c", clock=FakeClock())) as source:
            for item in source.frames(threading.Event()):
                pictures += isinstance(item, RawFrame)
    except InputError as error:
        return f"refused: {error}"
    return f"{pictures} pictures"


def peak_memory_mb() -> float:
    """Return the largest memory of this program, MB; getrusage would count that of its starter."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Print, for each variant, its number, its seconds, the memory in use so far (MB) and how it ended."""
    folder, number, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    for n, path in enumerate(variants(folder, number, seed)):
        began_s = time.thread_time()
        ended = read(path)
        peak_mb = peak_memory_mb()
        sys.stdout.write(f"{n}\t{time.thread_time() - began_s:.2f}\t{peak_mb:.0f}\t{ended!r}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
