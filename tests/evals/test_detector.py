"""Detectors side by side: a drawn detector on drawn pictures, where every figure is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from passerby.contracts.config import ModelChoice
from passerby.contracts.errors import ModelError, UsageError
from passerby.evals.detector import Options, found, run, usual
from passerby.evals.detector_labels import Labelled, quads
from passerby.evals.detector_speed import Contender, speeds
from passerby.vision.load import load_detector
from support import models

BRIEF = Options(seeds=range(9500, 9501), each=1, rounds=2)


@pytest.fixture
def drawn(tmp_path: Path) -> Contender:
    """One box around every picture."""
    return Contender("drawn", str(models.ours(tmp_path / "drawn.onnx")), (64, 32))


def _item(*boxes: list[float], source: str) -> Labelled:
    return Labelled(np.full((32, 64, 3), 200, np.uint8), quads(boxes), quads([]), source)


def test_every_figure_of_a_known_detector(drawn: Contender) -> None:
    (box,) = found(load_detector(ModelChoice(path=drawn.path)), _item(source="a")).boxes.tolist()
    items = [_item(box, source="a"), _item(source="b"), _item([0, 0, 5, 5], source="b")]
    said: list[str] = []
    figures = run(Path(), [drawn], [("set", items), ("right", items[:1])], BRIEF, said.append)
    entry = figures["detectors"]["drawn"]
    assert entry["sets"]["right"]["ap50"] == 1.0
    assert "sources" not in entry["sets"]["right"]
    assert entry["sets"]["set"]["people"] == 2
    assert entry["sets"]["set"]["ap50"] == 0.5  # one of two found, by the first of three equal scores
    assert entry["sets"]["set"]["sources"]["a"]["ap50"] == 1.0
    assert entry["sets"]["set"]["sources"]["b"]["ap50"] == 0.0
    assert entry["station"]["false_per_empty_frame"] in (0.0, 1.0)  # it gives one box, strong in a bright place
    assert [tone for tone, *_ in entry["station"]["recall_by_skin_tone"]] == ["light", "middle", "dark"]
    assert entry["ms"]["onnxruntime"] > 0
    assert entry["ratio"] == {}  # no YOLOX-nano in this run
    assert said[0] == f"set: drawn: AP50 {100 * entry['sets']['set']['ap50']:.1f}"


def test_both_runtimes_are_timed_and_an_ir_on_one(drawn: Contender, tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    ir = models.openvino_ir(tmp_path / "ir.xml", Path(drawn.path))
    of_onnx, of_ir = speeds([(Path(drawn.path), (64, 32)), (ir, (64, 32))], rounds=3)
    assert set(of_onnx) == {"openvino", "onnxruntime"}
    assert set(of_ir) == {"openvino"}
    assert all(0 < ms < 1000 for ms in (*of_onnx.values(), *of_ir.values()))


def test_only_detectors_that_are_there_are_compared(tmp_path: Path) -> None:
    assert [c.name for c in usual(tmp_path)] == ["ours 512x288", "ours 448x256", "ours, float 512x288"]
    (tmp_path / "models" / "person").mkdir(parents=True)
    (tmp_path / "models" / "person" / "yolox_nano.onnx").touch()
    assert [c.name for c in usual(tmp_path)][3:] == ["YOLOX-nano 416x416"]


def test_what_cannot_be_measured_is_said(tmp_path: Path, drawn: Contender) -> None:
    with pytest.raises(UsageError, match="none: no such folder of evaluation data; check --data"):
        run(tmp_path / "none", [drawn])
    with pytest.raises(ModelError, match=r"absent\.onnx: no such model file"):
        run(tmp_path, [Contender("absent", str(tmp_path / "absent.onnx"), (64, 32))], [], BRIEF)
