"""Statistics of the blocks of a grey sample, each as a float32 array (rows, columns)."""

from __future__ import annotations

import math

import cv2
import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.scene.optics.edges import Numbers
from passerby.scene.optics.sample import BLOCK, OpticSample


def block_counts(sample: OpticSample) -> tuple[int, int]:
    """Return the number of rows and columns of blocks."""
    return sample.grey.shape[0] // BLOCK, sample.grey.shape[1] // BLOCK


def block_means(cells: Numbers) -> F32:
    """Return the mean of each block."""
    size = cells.shape[1] // BLOCK, cells.shape[0] // BLOCK
    return np.asarray(cv2.resize(cells, size, interpolation=cv2.INTER_AREA), np.float32)


def cells_of(blocks: Bools) -> Bools:
    """Return the cells of `blocks` (rows, columns)."""
    return blocks.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)


def blocks_of(xyxy_px: F32, wh: tuple[int, int], blocks: tuple[int, int]) -> Bools:
    """Return the blocks (rows, columns) that boxes (N, 4) in a picture of `wh` pixels touch, and their neighbours:
    a box does not contain every edge of a person."""
    touched = np.zeros(blocks, np.uint8)
    scale = np.array([blocks[1] / wh[0], blocks[0] / wh[1]] * 2)
    for x0, y0, x1, y1 in np.maximum(xyxy_px * scale, 0).tolist():
        touched[int(y0) : math.ceil(y1), int(x0) : math.ceil(x1)] = 1
    return np.asarray(cv2.dilate(touched, np.ones((3, 3), np.uint8)) > 0)


class BlockMoments:
    """Mean and variance of each block of `grey`."""

    def __init__(self, grey: F32) -> None:
        self.grey = grey
        self.mean = block_means(grey)
        self.variance = np.maximum(block_means(grey * grey) - self.mean**2, 0)

    def covariance(self, other: BlockMoments) -> F32:
        """Return the covariance with the same block of another sample."""
        return block_means(self.grey * other.grey) - self.mean * other.mean

    def correlation(self, other: BlockMoments) -> F32:
        """Return the normalised cross-correlation with the same block of another sample, -1 to 1."""
        scale = np.sqrt(np.maximum(self.variance * other.variance, 1e-6))
        return np.asarray(self.covariance(other) / scale, np.float32)
