"""Figures of kept weights, on drawn pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from passerby.evals.detector_labels import Labelled, quads

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is only needed to train")
pytest.importorskip("onnx", reason="onnx is not installed; it is only needed to export")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")

from training.net import PersonNet  # noqa: E402
from training.start import start_from  # noqa: E402
from training.state import save  # noqa: E402
from training.validate import figures, pending  # noqa: E402

FLOAT = Path(__file__).parents[2] / "training" / "person-float.onnx"


def _kept(run: Path, step: int) -> Path:
    net = PersonNet()
    start_from(net, FLOAT)
    path = run / f"average-{step:06d}.pt"
    save(path, {"average": net.state_dict(), "step": step, "samples": 32 * step})
    return path


def test_kept_weights_are_measured_on_each_set(tmp_path: Path) -> None:
    empty = Labelled(np.full((96, 160, 3), 114, np.uint8), quads([]), quads([]), "drawn")
    someone = Labelled(np.full((96, 160, 3), 114, np.uint8), quads([[20, 10, 40, 70]]), quads([]), "drawn")
    sets = {"nobody": [empty], "unseen": [someone]}
    line = figures(_kept(tmp_path, 50), sets, FLOAT.with_suffix(".json"), (160, 96))
    assert (line["step"], line["samples"]) == (50, 1600)
    assert line["ap50"]["unseen"] == 0
    assert line["ap50"].keys() == sets.keys()


def test_only_weights_without_a_line_are_pending(tmp_path: Path) -> None:
    kept = [_kept(tmp_path, step) for step in (50, 100, 150)]
    assert pending(tmp_path) == kept
    (tmp_path / "validation.jsonl").write_text(json.dumps({"step": 100, "samples": 3200, "ap50": {}}) + "\n")
    assert pending(tmp_path) == [kept[0], kept[2]]
