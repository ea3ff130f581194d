"""The appearance of trains: pictures of their sides, inside, nose and roof, drawn once and stored."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from passerby.pixels.frame import U8
from passerby.sim.train import CAR_LENGTH_M, DEPTH_M, DOOR_EVERY_M, DOOR_HEIGHT_M, DOOR_WIDTH_M, ROOF_M, SKIRT_M

TEXELS_PER_M = 48
ROOF_TEXELS_PER_M = 12


@lru_cache(maxsize=32)
def side_texture(length_m: float, livery: tuple[int, int, int], doors: float) -> U8:
    """The wall that faces the platform, BGRA (rows top down); alpha 0 is an open doorway."""
    k = TEXELS_PER_M
    rows, columns = round((ROOF_M - SKIRT_M) * k), round(length_m * k)
    art = np.empty((rows, columns, 4), np.uint8)
    art[:] = (206, 204, 200, 255)

    def band(low_m: float, high_m: float, colour: tuple[int, int, int]) -> None:
        art[round((ROOF_M - high_m) * k) : round((ROOF_M - low_m) * k), :, :3] = colour

    band(SKIRT_M, -0.25, (52, 50, 48))
    band(-0.25, 0.12, (120, 116, 112))
    band(0.12, 0.55, livery)
    band(2.3, 2.42, livery)
    for x in np.arange(0, length_m, DOOR_EVERY_M):
        _window(art, x + 3.55, x + 4.85)
        _window(art, x + 0.15, x + 1.45)
        _door(art, x + DOOR_EVERY_M / 2, doors, livery)
    for x in np.arange(0, length_m + 1, CAR_LENGTH_M):
        a, b = max(0, round((x - 0.22) * k)), max(0, round((x + 0.22) * k))
        art[:, a:b, :3] = (34, 34, 36)
    return art


def _patch(art: U8, x0: float, x1: float, z0: float, z1: float, colour: tuple[int, ...]) -> None:
    k = TEXELS_PER_M
    cv2.rectangle(
        art,
        (round(x0 * k), round((ROOF_M - z1) * k)),
        (round(x1 * k) - 1, round((ROOF_M - z0) * k) - 1),
        colour,
        -1,
    )


def _window(art: U8, x0: float, x1: float) -> None:
    _patch(art, x0 - 0.05, x1 + 0.05, 0.92, 2.08, (40, 40, 42, 255))
    _patch(art, x0, x1, 0.97, 2.03, (120, 128, 124, 255))
    _patch(art, x0, x1, 1.75, 1.95, (196, 214, 214, 255))
    _patch(art, x0, x1, 0.97, 1.2, (98, 88, 82, 255))


def _door(art: U8, centre: float, doors: float, livery: tuple[int, int, int]) -> None:
    half = DOOR_WIDTH_M / 2
    _patch(art, centre - half - 0.06, centre + half + 0.06, 0.0, DOOR_HEIGHT_M + 0.06, (60, 60, 62, 255))
    _patch(art, centre - half, centre + half, 0.0, DOOR_HEIGHT_M, (0, 0, 0, 0))
    leaf = half * (1 - doors)
    for x0, x1 in ((centre - half, centre - half + leaf), (centre + half - leaf, centre + half)):
        if x1 - x0 > 0.02:
            _patch(art, x0, x1, 0.0, DOOR_HEIGHT_M, (*(round(0.55 * c + 70) for c in livery), 255))
            if x1 - x0 > 0.3:
                _patch(art, x0 + 0.12, x1 - 0.12, 0.95, 1.85, (112, 122, 120, 255))


@lru_cache(maxsize=8)
def inside_texture(length_m: float) -> U8:
    """The view through an open door: the far wall with seats, windows and light, BGRA."""
    k = TEXELS_PER_M
    art = np.empty((round((ROOF_M - SKIRT_M) * k), round(length_m * k), 4), np.uint8)
    art[:] = (168, 176, 174, 255)
    art[: round(0.35 * k), :, :3] = (232, 240, 240)
    art[round((ROOF_M - 0.95) * k) :, :, :3] = (112, 84, 60)
    art[round(ROOF_M * k) :, :, :3] = (92, 96, 98)
    for x in np.arange(0, length_m, 2.5):
        _patch(art, x + 0.4, x + 2.1, 1.1, 1.95, (70, 66, 62, 255))
    return art


@lru_cache(maxsize=8)
def nose_texture(livery: tuple[int, int, int]) -> U8:
    """The front of a train, BGRA."""
    k = TEXELS_PER_M
    art = np.empty((round((ROOF_M - SKIRT_M) * k), round(DEPTH_M * k), 4), np.uint8)
    art[:] = (*livery, 255)
    _patch(art, 0, DEPTH_M, SKIRT_M, -0.1, (44, 44, 44, 255))
    _patch(art, 0.25, DEPTH_M - 0.25, 1.0, 2.15, (46, 44, 40, 255))
    _patch(art, 0.8, 1.9, 2.25, 2.5, (40, 190, 235, 255))
    for x in (0.35, DEPTH_M - 0.65):
        _patch(art, x, x + 0.3, 0.25, 0.5, (235, 250, 250, 255))
    return art


@lru_cache(maxsize=8)
def roof_texture(length_m: float) -> U8:
    """The roof, BGRA."""
    art = np.empty((round(DEPTH_M * ROOF_TEXELS_PER_M), round(length_m * ROOF_TEXELS_PER_M), 4), np.uint8)
    art[:] = (126, 124, 122, 255)
    for x in np.arange(6, length_m, CAR_LENGTH_M / 2):
        cv2.rectangle(
            art,
            (round(x * ROOF_TEXELS_PER_M), 6),
            (round((x + 3) * ROOF_TEXELS_PER_M), art.shape[0] - 7),
            (96, 96, 96, 255),
            -1,
        )
    return art


@lru_cache(maxsize=1)
def deck_texture() -> U8:
    """The floor inside, plain, BGRA; to be used with few texels per metre."""
    art = np.empty((2, 64, 4), np.uint8)
    art[:] = (104, 110, 114, 255)
    return art
