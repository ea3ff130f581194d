"""The budget of each stage of passerby, for the short form of `passerby bench` that runs with every change."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from passerby.evals.bench import BenchRun

# Processor time of a stage per analysed frame, relative to decoding one frame of the same video in the same turn:
# a busy machine slows both down. Measured: medians of three turns of the short scene, rounded up (decision 0026).
BUDGETS: Mapping[str, float] = {
    "decode": 2.5,
    "detect": 3.0,
    "track": 1.6,
    "scene": 6.5,
    "rules": 1.0,
    "redact": 0.5,
    "encode": 7.5,
    "network": 10.5,
    "other threads": 7.5,
}
# Beyond this many times its budget a stage has become slower by a change, not by chance. As issue and page state.
GROSS = 2.0


def over_budget(decode: Sequence[BenchRun], passerby: Sequence[BenchRun]) -> list[str]:
    """Return a sentence about each stage whose median over the turns is more than GROSS times its budget."""
    found = relative_stages(decode, passerby)
    return [
        f"{stage} takes {share:.1f} times the decoding of a frame, and {BUDGETS[stage]:g} is its budget"
        for stage, share in found.items()
        if stage in BUDGETS and share > GROSS * BUDGETS[stage]
    ]


def relative_stages(decode: Sequence[BenchRun], passerby: Sequence[BenchRun]) -> dict[str, float]:
    """Return each stage relative to decoding a frame, as the median over the turns."""
    turns = [
        {stage: ms * base.frames / (1000 * base.cpu_s) for stage, ms in run.stages.items()}
        for base, run in zip(decode, passerby, strict=True)
    ]
    stages = dict.fromkeys(stage for turn in turns for stage in turn)
    return {stage: statistics.median(turn[stage] for turn in turns if stage in turn) for stage in stages}
