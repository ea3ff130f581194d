"""A floor learned from walkers, as it is kept between runs: numbers about the camera, nothing of a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LearnedFloor:
    """How a camera is mounted, as far as walkers told.

    picture_wh: the picture it holds for. given: what the configuration knew; another one makes it void.
    vector: ln height (m), tilt, roll (rad), ln focal length (px). cov: their covariance, row by row, 16 numbers.
    people_misfit, box_misfit: typical distance of walkers, and of one walker's boxes, from the model; shares.
    length_sd: standard deviation of a metre on the floor, as a share. walkers: how many it rests on.
    """

    picture_wh: tuple[int, int]
    given: str
    vector: tuple[float, ...]
    cov: tuple[float, ...]
    people_misfit: float
    box_misfit: float
    length_sd: float
    walkers: int
