"""The shipped file and what person.json says about it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src" / "passerby" / "vision" / "weights"
CARD = json.loads((WEIGHTS / "person.json").read_text())
# The wheel has the 8-bit file; training continues from the float one.
FILES = {"8 bits": WEIGHTS / "person.onnx", "float": ROOT / "training" / "person-float.onnx"}
THRESHOLDS = ("layout", "input_wh", "score", "score_floor", "nms_iou")


@pytest.fixture(scope="module", params=FILES)
def session(request: pytest.FixtureRequest) -> ort.InferenceSession:
    return ort.InferenceSession(str(FILES[request.param]), providers=["CPUExecutionProvider"])


def test_the_checksums_are_the_files() -> None:
    for path in FILES.values():
        card = json.loads(path.with_suffix(".json").read_text())
        assert (card["file"], card["sha256"]) == (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        assert [card[key] for key in THRESHOLDS] == [CARD[key] for key in THRESHOLDS]


def test_the_wheel_has_the_8_bit_file_alone() -> None:
    (path,) = WEIGHTS.glob("*.onnx")
    assert path.name == CARD["file"]
    assert path.stat().st_size <= 3_000_000


def test_thresholds_are_in_order() -> None:
    assert 0 < CARD["score_floor"] <= CARD["score"] < 1
    assert 0.3 <= CARD["nms_iou"] <= 0.7


@pytest.mark.parametrize(("batch", "wh"), [(1, tuple(CARD["input_wh"])), (3, (320, 192)), (1, (640, 384))])
def test_batch_and_size_are_free(session: ort.InferenceSession, batch: int, wh: tuple[int, int]) -> None:
    image = np.full((batch, wh[1], wh[0], 3), 114, np.uint8)
    boxes, scores = session.run(["boxes", "scores"], {"image": image})
    assert boxes.shape == (batch, wh[0] * wh[1] // 16, 4)
    assert scores.shape == boxes.shape[:2]
    assert np.isfinite(boxes).all()
    assert (boxes[..., 2:] > boxes[..., :2]).all()
    assert scores.max() < CARD["score_floor"]  # nobody in a grey picture


def test_a_picture_gives_the_same_alone_and_in_a_batch(session: ort.InferenceSession) -> None:
    w, h = CARD["input_wh"]
    images = np.random.default_rng(2).integers(0, 255, (3, h, w, 3)).astype(np.uint8)
    _, together = session.run(None, {"image": images})
    for image, want in zip(images, together, strict=True):
        _, alone = session.run(None, {"image": image[None]})
        assert np.allclose(alone[0], want, atol=1e-4)
