"""The cache of decoded pictures: one flat file of bytes and one index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from passerby.evals.detector_labels import Labelled, quads


def write_cache(folder: Path, items: Iterator[Labelled]) -> int:
    """Write every picture once, decoded; the index comes last, so that half a cache is not taken for a whole."""
    folder.mkdir(parents=True, exist_ok=True)
    lines, offset = [], 0
    with (folder / "pixels.u8").open("wb") as out:
        for item in items:
            out.write(np.ascontiguousarray(item.bgr).tobytes())
            lines.append(
                {
                    "at": offset,
                    "hw": item.bgr.shape[:2],
                    "source": item.source,
                    "name": item.name,
                    "boxes": item.boxes.round(2).tolist(),
                    "ignore": item.ignore.round(2).tolist(),
                }
            )
            offset += item.bgr.size
    (folder / "index.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return len(lines)


class Cache:
    """Random access to a cache folder; pixels stay on disk until they are read."""

    def __init__(self, folder: Path) -> None:
        index = folder / "index.jsonl"
        if not index.is_file():
            raise FileNotFoundError(
                f"{folder}: no index.jsonl, so the cache was not finished; delete the folder and run again"
            )
        self._rows = [json.loads(line) for line in index.read_text().splitlines()]
        self._pixels = np.memmap(folder / "pixels.u8", np.uint8, "r")
        self.sources = [str(row["source"]) for row in self._rows]
        self.upright = [sum(y1 - y0 > 1.6 * (x1 - x0) for x0, y0, x1, y1 in row["boxes"]) for row in self._rows]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: int) -> Labelled:
        row = self._rows[number]
        h, w = row["hw"]
        bgr = self._pixels[row["at"] : row["at"] + h * w * 3].reshape(h, w, 3)
        return Labelled(bgr, quads(row["boxes"]), quads(row["ignore"]), row["source"], row["name"])


class Joined:
    """Several caches as one; a cache given twice counts twice."""

    def __init__(self, caches: list[Cache]) -> None:
        self._at = [(cache, number) for cache in caches for number in range(len(cache))]

    def __len__(self) -> int:
        return len(self._at)

    def __getitem__(self, number: int) -> Labelled:
        cache, at = self._at[number]
        return cache[at]
