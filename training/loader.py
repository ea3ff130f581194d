"""Prepares batches in other processes, while the network trains."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from training.mixture import Mixture
from training.targets import target


class Samples(Dataset[dict[str, Tensor]]):
    """Augmented sample n with its targets."""

    def __init__(self, mixture: Mixture) -> None:
        self._mixture = mixture

    def __getitem__(self, number: int) -> dict[str, Tensor]:
        item = self._mixture.sample(number)
        want = target(item)
        return {
            "image": torch.from_numpy(item.bgr),
            "heat": torch.from_numpy(want.heat.astype(np.float16)),
            "box": torch.from_numpy(want.box),
            "weight": torch.from_numpy(want.weight),
            "counts": torch.from_numpy(want.counts.astype(np.float16)),
        }


def _start_worker(_: int) -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


class Numbers:
    """`count` batches of sample numbers from the sample `first` on: this process's share of them."""

    def __init__(self, first: int, count: int, batch: int, rank: int = 0, ranks: int = 1) -> None:
        self._first, self._count, self._batch, self._rank, self._ranks = first, count, batch, rank, ranks

    def __iter__(self) -> Iterator[list[int]]:
        for number in range(self._count):
            start = self._first + (number * self._ranks + self._rank) * self._batch
            yield list(range(start, start + self._batch))

    def __len__(self) -> int:
        return self._count


def batches(mixture: Mixture, numbers: Numbers, workers: int) -> Iterator[dict[str, Tensor]]:
    """Batches in order; the same whatever `workers` is."""
    yield from DataLoader(
        Samples(mixture),
        batch_sampler=numbers,
        num_workers=workers,
        prefetch_factor=6 if workers else None,
        worker_init_fn=_start_worker,
    )
