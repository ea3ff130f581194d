"""Averages the weights of two runs: python -m training.blend OLD NEW --share 0.7 --out DIR.

One of them must have begun at the other. Such runs lie in one valley of the loss, and a point between them often
does better on pictures unlike the training's than either end (Wortsman et al. 2022, "Model soups", ICML).
DIR/checkpoint.pt is NEW's with the averaged weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch


def blended(old: dict[str, torch.Tensor], new: dict[str, torch.Tensor], share: float) -> dict[str, torch.Tensor]:
    """Return `share` of the new weights and the rest of the old ones; whole numbers (counters) are the new ones.

    Raises ValueError where the two are not of the same network.
    """
    if {k: v.shape for k, v in old.items()} != {k: v.shape for k, v in new.items()}:
        raise ValueError(
            "the two checkpoints are not of the same network: blend runs of which one began at the other"
        )
    return {k: (1 - share) * old[k] + share * v if v.is_floating_point() else v for k, v in new.items()}


def main() -> None:
    """Read two checkpoints, write one."""
    parser = argparse.ArgumentParser(prog="python -m training.blend", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--share", type=float, default=0.7, help="of the new weights")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    old, new = (_read(path) for path in (args.old, args.new))
    new["average"] = blended(old["average"], new["average"], args.share)
    args.out.mkdir(parents=True, exist_ok=True)
    torch.save(new, args.out / "checkpoint.pt")


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=False)
    return data


if __name__ == "__main__":
    main()
