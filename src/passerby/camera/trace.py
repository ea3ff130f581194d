"""Writes tracks and floor positions to files, for measuring accuracy (`--eval`) only.

The files contain track numbers and are written only on request: docs/egress.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import numpy as np

from passerby.contracts.errors import StoreError
from passerby.contracts.people import GroundTracks, Tracks
from passerby.files.private import private

GROUND_HEADER = "t_s,track,x_m,y_m,speed_mps,speed_sd_mps\n"


class Trace:
    """Writes tracks.txt (MOTChallenge) and ground.csv into a folder. Raises StoreError if it cannot."""

    def __init__(self, folder: Path) -> None:
        with ExitStack() as stack:
            self._tracks = stack.enter_context(closing(_File(folder / "tracks.txt")))
            self._ground = stack.enter_context(closing(_File(folder / "ground.csv")))
            self._ground.write(GROUND_HEADER)
            self._open = stack.pop_all()

    def add(self, number: int, tracks: Tracks, ground: GroundTracks) -> None:
        """Write one frame's confirmed, matched people; `number` counts the video's frames from 1."""
        for row in np.flatnonzero(tracks.confirmed & ~tracks.predicted):
            x0, y0, x1, y1 = tracks.xyxy_px[row].tolist()
            box = f"{x0:.2f},{y0:.2f},{x1 - x0:.2f},{y1 - y0:.2f}"
            self._tracks.write(f"{number},{tracks.id[row]},{box},{tracks.score[row]:.4f},-1,-1,-1\n")
            if ground.on_floor[row]:
                self._ground.write(_ground_line(ground, int(row)))

    def close(self) -> None:
        """Close both files, also if closing one of them fails; may be called twice."""
        self._open.close()


def _ground_line(ground: GroundTracks, row: int) -> str:
    x, y = ground.pos_m[row].tolist()
    speed, sd = float(np.hypot(*ground.vel_mps[row])), float(ground.speed_sd_mps[row])
    known = f"{speed:.3f},{sd:.3f}" if np.isfinite(speed) else ","
    return f"{ground.at.s:.3f},{ground.id[row]},{x:.3f},{y:.3f},{known}\n"


class _File:
    """A text file that raises StoreError for every error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._explained():
            self._text = open(path, "w", encoding="utf-8", opener=private)  # noqa: SIM115  closed by close

    def write(self, text: str) -> None:
        with self._explained():
            self._text.write(text)

    def close(self) -> None:
        with self._explained():
            self._text.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = f"{self._path} cannot be written ({error.strerror}); free space or choose another folder"
            raise StoreError(why) from error
