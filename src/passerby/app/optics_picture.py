"""The picture of `passerby optics`: pixels per metre, reliable speeds and people found, on a redacted still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from passerby.camera.least_stream import WH
from passerby.camera.limits import DetectorLimits
from passerby.camera.reach import FOUND, RECOGNISABLE_PX_PER_M, SURE, Reach
from passerby.camera.view_map import ViewMap, view_map
from passerby.files.made import write_claimed
from passerby.ground.geometry.plane import GroundPlane
from passerby.pixels.areas import PictureArea, areas_png
from passerby.pixels.redact import RedactedImage

# Colours (blue, green, red). Chosen by eye: apart from each other and from the bands.
FOUND_BGR, SURE_BGR, FACE_BGR = (255, 255, 255), (255, 220, 0), (0, 0, 255)
FOUND_LESS_BGR, SURE_LESS_BGR = (0, 165, 255), (255, 0, 255)
Colour = tuple[int, int, int]


def areas_of(
    plane: GroundPlane,
    wh: WH,
    limits: DetectorLimits,
    lines: Sequence[Reach],
    substream: tuple[DetectorLimits, Sequence[Reach]] | None,
) -> tuple[PictureArea, ...]:
    """Return what is drawn: bands from far to near, then the borders of what passerby needs.

    lines: of the table. substream: the limits in the camera's substream, in pixels of the camera's picture, and
    the lines of its table.
    """
    seen, bands = view_map(plane, wh, limits), [line for line in lines if line.px_per_m is not None]
    areas = [
        PictureArea(_words(line), colour, seen.px_per_m / (line.px_per_m or 1.0), is_filled=True)
        for line, colour in zip(bands, _colours(len(bands)), strict=True)
    ]
    if substream is not None:
        colours = (FOUND_LESS_BGR, SURE_LESS_BGR)
        areas += _borders(view_map(plane, wh, substream[0]), substream[1], colours, ", in the substream")
    areas += _borders(seen, lines, (FOUND_BGR, SURE_BGR), "")
    words = (
        f"nearer than this, a face could be recognised in the camera's picture ({RECOGNISABLE_PX_PER_M:g} px/m)"
    )
    return (*areas, PictureArea(words, FACE_BGR, seen.px_per_m / RECOGNISABLE_PX_PER_M))


def _borders(
    seen: ViewMap, lines: Sequence[Reach], colours: tuple[Colour, Colour], where: str
) -> list[PictureArea]:
    """Return where people are found and speeds are reliable."""
    drawn = zip((FOUND, SURE), colours, (seen.found, seen.sure), strict=True)
    said = {line.what: line for line in lines}
    return [PictureArea(_words(said[what], where), colour, value) for what, colour, value in drawn]


def _words(line: Reach, where: str = "") -> str:
    needs = "" if line.px_per_m is None else f" ({line.px_per_m:g} px/m)"
    up_to = "" if line.reach_m is None else "up to "
    return f"{line.what}{needs}{where}: {up_to}{line.distance}"


def write_picture(
    out: Path,
    camera: str,
    image: RedactedImage,
    areas: tuple[PictureArea, ...],
    notes: tuple[str, ...],
    wh: tuple[int, int],
) -> Path:
    """Write the picture of one camera into the folder `out`; return its path. Raises StoreError."""
    path = out / f"{camera}-optics.png"
    write_claimed(path, areas_png(image, areas, notes, wh))
    return path


def _colours(number: int) -> Iterator[Colour]:
    """Yield colours (blue, green, red) from dark blue, far, to yellow, near."""
    steps = np.linspace(0, 255, number).astype(np.uint8).reshape(-1, 1)
    for bgr in cv2.applyColorMap(steps, cv2.COLORMAP_VIRIDIS)[:, 0]:
        yield int(bgr[0]), int(bgr[1]), int(bgr[2])
