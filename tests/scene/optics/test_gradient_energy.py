from __future__ import annotations

import cv2
import numpy as np
import pytest

from passerby.pixels.frame import U8
from passerby.scene.optics.gradient_energy import LEAST, GradientEnergy

WH = (160, 90)
STILL = np.ones((9, 16), bool)


def squares(grey: float = 100.0, sigma_px: float = 0.0) -> np.ndarray:
    rows, columns = np.mgrid[0 : WH[1], 0 : WH[0]] // 40
    picture = np.float32(grey) * (0.5 + ((rows + columns) % 2)).astype(np.float32)
    return cv2.GaussianBlur(picture, (0, 0), sigma_px) if sigma_px else picture


def taken(picture: np.ndarray, noise: float, seed: int) -> U8:
    shape = (*picture.shape, 3)
    noisy = picture[..., None] + np.random.default_rng(seed).normal(0, noise, shape)
    return np.asarray(np.clip(np.rint(noisy), 0, 255), np.uint8)


def energy(picture: np.ndarray, noise: float, still: np.ndarray = STILL, pictures: int = 6) -> float:
    measured = GradientEnergy()
    for k in range(pictures):
        measured.add(taken(picture, noise, k))
    value = measured.value(still)
    assert value is not None
    return value


@pytest.mark.parametrize(
    ("grey", "noise", "why"),
    [
        (100.0, 10.0, "noise adds nothing"),
        (40.0, 0.0, "neither does the brightness"),
        (40.0, 6.0, "a dark picture"),
    ],
)
def test_noise_and_light_do_not_count(grey: float, noise: float, why: str) -> None:
    assert energy(squares(grey), noise) == pytest.approx(energy(squares(), 0.0), rel=0.05), why


def test_it_falls_with_the_blur_as_the_steepness_of_an_edge() -> None:
    sharp, soft, softer = (energy(squares(sigma_px=sigma), 3.0) for sigma in (1.0, 2.0, 4.0))
    assert sharp / soft == pytest.approx(2.0, rel=0.25)
    assert soft / softer == pytest.approx(2.0, rel=0.25)


def test_noise_alone_has_no_energy() -> None:
    assert energy(np.full(WH[::-1], 100.0, np.float32), 8.0) < 0.01 * energy(squares(), 0.0)
    assert energy(np.full(WH[::-1], 0.0, np.float32), 0.0) == LEAST


def test_where_something_moves_does_not_count() -> None:
    half = squares()
    half[:, : WH[0] // 2] = 100.0
    left = STILL.copy()
    left[:, 8:] = False
    assert energy(half, 0.0, left) < 0.1 * energy(half, 0.0)
    assert energy(half, 0.0, ~STILL) == energy(half, 0.0), "a picture full of motion is measured as a whole"


def test_one_picture_and_another_size() -> None:
    measured = GradientEnergy()
    measured.add(taken(squares(), 0.0, 1))
    assert measured.value(STILL) is None
    measured.add(np.zeros((10, 20, 3), np.uint8))
    assert measured.value(STILL) is None
