from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from passerby.ingest.cuts import SceneCuts

FPS = 10
U8 = NDArray[np.uint8]


def scene(seed: int, wh: tuple[int, int] = (160, 90)) -> U8:
    """A place: large bright and dark surfaces."""
    surfaces = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return np.asarray(cv2.resize(surfaces, wh, interpolation=cv2.INTER_NEAREST), np.uint8)


HALL, STAIRS, TRAIN = scene(1), scene(2), scene(3)


def still(picture: U8, seconds: float) -> Iterator[U8]:
    return iter([picture] * round(seconds * FPS))


def noisy(picture: U8, seconds: float) -> Iterator[U8]:
    rng = np.random.default_rng(0)
    for _ in range(round(seconds * FPS)):
        yield np.clip(picture + rng.normal(0, 25, picture.shape), 0, 255).astype(np.uint8)


def pulls_in(seconds: float) -> Iterator[U8]:
    """A train fills the whole picture from one side."""
    for n in range(round(seconds * FPS)):
        width = round(160 * n / (seconds * FPS))
        yield np.hstack([TRAIN[:, 160 - width :], HALL[:, width:]])


CASES: list[tuple[str, list[Iterator[U8]], list[float]]] = [
    ("a cut", [still(HALL, 3), still(STAIRS, 3)], [3.0]),
    ("there and back", [still(HALL, 3), still(STAIRS, 3), still(HALL, 3)], [3.0, 6.0]),
    ("in noise", [noisy(HALL, 3), noisy(STAIRS, 3)], [3.0]),
    ("over black", [still(HALL, 3), still(np.zeros_like(HALL), 1), still(STAIRS, 3)], [4.0]),
    ("to another size", [still(HALL, 3), still(scene(2, (320, 180)), 3)], [3.0]),
    ("nothing happens", [noisy(HALL, 10)], []),
    ("a flash of another picture", [still(HALL, 3), still(STAIRS, 0.3), still(HALL, 3)], []),
    ("many pictures", [still(scene(n), 0.1) for n in range(60)], []),
    ("black in between", [still(HALL, 3), still(np.zeros_like(HALL), 3), still(HALL, 3)], []),
    ("the light is dimmed", [still(HALL, 3), still((HALL * 0.3).astype(np.uint8), 3)], []),
    ("a train pulls in and stays", [still(HALL, 3), pulls_in(2), still(TRAIN, 3)], []),
    ("it ends with the cut", [still(HALL, 3), still(STAIRS, 0.5)], []),
    ("tiny", [iter([HALL[:1, :1], STAIRS[:1, :1]] * 10)], []),
]


@pytest.mark.parametrize(("shots", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_cuts(shots: list[Iterator[U8]], expected: list[float]) -> None:
    cuts = SceneCuts()
    for number, picture in enumerate(picture for shot in shots for picture in shot):
        cuts.see(picture[..., 1], number / FPS)
    assert cuts.at_s == pytest.approx(expected)
