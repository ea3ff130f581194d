"""Thresholds, provenance and the generated page, on made-up figures."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from training.card import page
from training.samples import Cache, write_cache

from passerby.evals.detector_labels import Labelled, Truth, quads
from passerby.evals.detector_photos import EXCLUDED, GROUPS
from passerby.evals.detector_quality import Quality, ScoredBoxes

pytest.importorskip("torch", reason="PyTorch is not installed; it is only needed to train")
pytest.importorskip("openvino", reason="OpenVINO is not installed; it is only needed to compare")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

from training.pictures import GREEN, RED, TILE, YELLOW, drawn, missed  # noqa: E402
from training.ship import LICENCES, sources  # noqa: E402


def _cache(folder: Path, source: str) -> Cache:
    item = Labelled(np.zeros((4, 4, 3), np.uint8), quads([]), quads([]), source)
    write_cache(folder, iter([item, item]))
    return Cache(folder)


def test_every_source_is_listed_with_its_licence(tmp_path: Path) -> None:
    listed = sources([_cache(tmp_path / "a", "openimages"), _cache(tmp_path / "b", "simulated")])
    assert [(entry["name"], entry["images"]) for entry in listed] == [("openimages", 2), ("simulated", 2)]
    assert all(entry["licence"] for entry in listed)


def test_every_source_that_may_be_shipped_has_a_licence_text() -> None:
    validation_only = {"voc100"}
    wanted = {name for name, group in GROUPS.items() if group == "B"} - EXCLUDED.keys() - validation_only
    assert wanted <= LICENCES.keys()


@pytest.mark.parametrize("source", ["tud-street", "cctv-mix", "factory", "unheard-of"])
def test_weights_from_other_sources_are_not_shipped(tmp_path: Path, source: str) -> None:
    with pytest.raises(ValueError, match=f"{source}.*not for shipping"):
        sources([_cache(tmp_path, source)])


def _measured(ap50: float, ms: float) -> dict[str, object]:
    quality = asdict(Quality(ap50, 0.5, 0.6, 0.3, 100))
    entry = {**quality, "heights": {"12-20": quality, "160-10000": quality}}
    return {
        "ms": {"openvino": ms, "onnxruntime": 2 * ms},
        "ratio": {"openvino": ms / 10, "onnxruntime": 2 * ms / 10},
        "sets": {"PETS": entry, "val": {**entry, "sources": {"voc100": quality, "cafe": quality}}},
        "station": {
            "score": 0.4,
            "false_per_empty_frame": 0.25,
            "empty_frames": 8,
            "recall_by_skin_tone": [["light", 50, 0.9]],
        },
    }


def test_the_page_says_what_was_missed_and_by_how_much() -> None:
    card = {
        "file": "person.onnx", "sha256": "ab12", "version": "1", "training_commit": "0123456789abcdef",
        "input_wh": [416, 256], "nms_iou": 0.5, "score": 0.3, "score_floor": 0.1,
        "sources": [{"name": "openimages", "images": 3, "licence": "CC BY"}], "teacher": "a teacher (Apache-2.0)",
    }  # fmt: skip
    measured = {"detectors": {"ours 416x256": _measured(0.80, 6.5), "YOLOX-nano 416x416": _measured(0.75, 10.0)}}
    text = page(card, measured, "## Known failures\n\nnotes")
    assert "missed by 10.0" in text  # PETS: 80 of 90
    assert "75.0: reached" in text  # val: as good as YOLOX-nano
    assert "0.65: reached" in text  # 6.5 of 10 ms
    assert "0.010: missed by 0.240" in text  # false boxes
    assert "| openimages | 3 | CC BY |" in text
    assert "The boxes on the photos are those of a teacher (Apache-2.0)." in text
    assert "| val | voc100 | 80.0 (100) | 50.0 |" in text
    assert "| light | 50 | 90.0 |" in text
    assert text.endswith("notes\n")


def test_pictures_show_right_false_and_missed_in_their_colours() -> None:
    right, false, lost = [40, 40, 80, 160], [200, 40, 240, 160], [400, 40, 440, 160]
    found = ScoredBoxes(quads([right, false]), np.asarray([0.9, 0.8], np.float32))
    truth = Truth(quads([right, lost]), quads([]))
    assert missed(found, truth).tolist() == [lost]
    picture = drawn(np.zeros((TILE[1], TILE[0], 3), np.uint8), found, truth)
    for box, colour in ((right, GREEN), (false, RED), (lost, YELLOW)):
        assert tuple(picture[100, box[0]].tolist()) == colour
