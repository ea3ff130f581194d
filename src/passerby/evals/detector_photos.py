"""Reads the labelled photos: tar shards of JPEGs beside one JSON line per picture."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from passerby.contracts.errors import UsageError
from passerby.evals.detector_labels import Labelled, quads

# Licence group of each source, from the data set's own SOURCES.md: B = an open licence is stated, or the photos
# come from COCO, Open Images or VOC; R = published for research; C = nothing usable is stated.
GROUPS = {
    "coco-person": "B",
    "coco-square": "B",
    "openimages": "B",
    "coco128": "B",
    "voc100": "B",
    "coco-mini": "B",
    "coco-tiny": "B",
    "coco-capston": "B",
    "openimages-door": "B",
    "voc-animal": "B",
    "meeting": "B",
    "factory": "B",
    "supermarket": "B",
    "alley": "B",
    "pennfudan": "R",
    "tud-street": "R",
    "avenue": "R",
    "ucsd-ped2": "R",
    "caviar": "R",
    "road-people": "C",
    "metro-synth": "C",
    "cctv-mix": "C",
    "otb-crossing": "C",
    "clips": "C",
    "lowlight-indoor": "C",
    "cafe": "C",
}
# Sources that are never read, with the reason for each.
_UNCHECKED = "shows people filmed by a fixed camera; the licence statement of the uploader cannot be checked"
EXCLUDED = {
    "factory": f"people at work; {_UNCHECKED}",
    "supermarket": f"people at work or shopping; {_UNCHECKED}",
    "alley": f"people at a house entrance; {_UNCHECKED}",
}


def _rows(folder: Path, split: str, groups: str) -> dict[str, dict[str, object]]:
    found, index = {}, folder / f"{split}.jsonl"
    if not index.is_file():
        raise UsageError(f"{index}: no labelled photos; check --data")
    for line in index.read_text().splitlines():
        row = json.loads(line)
        if row["source"] not in GROUPS:
            raise ValueError(f"{index}: source {row['source']!r} has no licence group; add it to GROUPS")
        if GROUPS[row["source"]] in groups and row["source"] not in EXCLUDED:
            found[row["image"]] = row
    return found


def photos(folders: Sequence[Path], split: str, groups: str) -> Iterator[Labelled]:
    """Every picture of `split` ("train" or "val") with a licence group in `groups`.

    Sources in EXCLUDED are omitted. Raises UsageError if a folder has no photos, and ValueError if a source has no
    licence group or a JPEG cannot be decoded.
    """
    for folder in folders:
        yield from _photos_of(folder, split, groups)


def _photos_of(folder: Path, split: str, groups: str) -> Iterator[Labelled]:
    rows = _rows(folder, split, groups)
    for shard in sorted(folder.glob(f"{split}-*.tar")):
        with tarfile.open(shard) as tar:
            for member in tar:
                row = rows.get(member.name)
                data = tar.extractfile(member) if row is not None else None
                if row is None or data is None:
                    continue
                bgr = cv2.imdecode(np.frombuffer(data.read(), np.uint8), cv2.IMREAD_COLOR)
                if bgr is None:
                    raise ValueError(f"{shard.name}: {member.name} is not a picture that OpenCV can read")
                boxes, ignore = quads(row["boxes"]), quads(row["ignore"])  # type: ignore[arg-type]
                yield Labelled(bgr.astype(np.uint8), boxes, ignore, str(row["source"]), member.name)
