"""The 8-bit file: small, and it answers as the float one does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from passerby.evals.detector_labels import Labelled, quads

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is only needed to train")
pytest.importorskip("nncf", reason="NNCF is not installed; it is only needed to ship")
pytestmark = pytest.mark.filterwarnings("ignore")

from training.export import export  # noqa: E402
from training.net import PersonNet  # noqa: E402
from training.quantise import FLOAT_LAYERS, calibration, quantise  # noqa: E402
from training.samples import Cache, write_cache  # noqa: E402
from training.state import save  # noqa: E402


def _cache(folder: Path, source: str) -> Cache:
    rng = np.random.default_rng(4)
    pictures = rng.integers(0, 255, (3, 90, 120, 3)).astype(np.uint8)
    write_cache(folder, (Labelled(bgr, quads([[20, 10, 40, 60]]), quads([]), source) for bgr in pictures))
    return Cache(folder)


def test_ranges_come_from_photos_and_simulated_pictures_alike(tmp_path: Path) -> None:
    caches = [_cache(tmp_path / name, name) for name in ("simulated", "openimages")]
    pictures = calibration(caches, (96, 64), 6)
    assert (pictures.shape, pictures.dtype) == ((6, 64, 96, 3), np.uint8)
    assert (calibration(caches, (96, 64), 6) == pictures).all()


def test_eight_bits_answer_like_the_float_file(tmp_path: Path) -> None:
    onnx, ort = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    torch.manual_seed(1)
    save(tmp_path / "checkpoint.pt", {"average": PersonNet().state_dict()})
    path = export(tmp_path / "checkpoint.pt", tmp_path / "float.onnx", (96, 64))
    pictures = np.random.default_rng(1).integers(0, 255, (8, 64, 96, 3)).astype(np.uint8)
    small = quantise(path, pictures, tmp_path / "small.onnx")
    assert small.stat().st_size < path.stat().st_size / 3
    kept = {n.name for n in onnx.load(str(small)).graph.node if n.op_type == "Conv"}
    assert kept >= set(FLOAT_LAYERS)
    ours, theirs = (ort.InferenceSession(str(p)).run(None, {"image": pictures}) for p in (small, path))
    for mine, float_ in zip(ours, theirs, strict=True):
        assert np.abs(mine - float_).mean() < 0.02 * np.abs(float_).mean()
