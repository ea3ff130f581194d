"""The time of a network for one picture, on one thread, on each runtime that can load it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from passerby.contracts.errors import ModelError
from passerby.vision.sessions import OnnxSession, OpenVinoSession

WARM_UP, ROUNDS = 4, 40


@dataclass(frozen=True, slots=True)
class Contender:
    """A detector to compare: name, file, input in pixels, and runtime."""

    name: str
    path: str
    input_wh: tuple[int, int]
    runtime: str = "auto"


def speeds(files: Sequence[tuple[Path, tuple[int, int]]], rounds: int = ROUNDS) -> list[dict[str, float]]:
    """Return for each file and input the median processor time of one picture by runtime, ms.

    Only the network is run, with everything in its file. The networks alternate, so that other load affects all of
    them. A runtime that cannot load a file is omitted.
    """
    runs = [_runs(path, wh) for path, wh in files]
    spent: list[dict[str, list[float]]] = [{name: [] for name in of_file} for of_file in runs]
    for turn in range(WARM_UP + rounds):
        for of_file, times in zip(runs, spent, strict=True):
            for name, run in of_file.items():
                began = time.process_time()
                run()
                if turn >= WARM_UP:
                    times[name].append(time.process_time() - began)
    return [{name: 1e3 * float(np.median(of_run)) for name, of_run in times.items()} for times in spent]


def _runs(path: Path, wh: tuple[int, int]) -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    with suppress(ModelError):  # OpenVINO is not installed
        found["openvino"] = OpenVinoSession(path, wh).run
    if path.suffix != ".xml":
        found["onnxruntime"] = OnnxSession(path, wh).run
    return found
