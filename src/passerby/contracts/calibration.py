"""A floor learned from walkers, as stored between runs: numbers about the camera, no data of a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LearnedFloor:
    """The mounting of a camera, learned from walkers.

    picture_wh: its picture size. given: the values in the configuration; other values make it invalid.
    vector: ln height (m), tilt, roll (rad), ln focal length (px). cov: their covariance, row by row, 16 numbers.
    people_misfit, box_misfit: usual residual of walkers, and of one walker's boxes, as fractions.
    length_sd: standard deviation of a metre on the floor, as a fraction. walkers: number of walkers.
    """

    picture_wh: tuple[int, int]
    given: str
    vector: tuple[float, ...]
    cov: tuple[float, ...]
    people_misfit: float
    box_misfit: float
    length_sd: float
    walkers: int
