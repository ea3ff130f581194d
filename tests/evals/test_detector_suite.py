"""The comparison of detectors as tables, on made-up figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from passerby.contracts.errors import UsageError
from passerby.evals.detector_quality import Quality
from passerby.evals.detector_suite import as_report, contender
from passerby.evals.text import as_text


def _figures(ap50: float, ms: dict[str, float], ratio: dict[str, float], false: float) -> dict[str, Any]:
    entry = asdict(Quality(ap50, 0.5, 0.6, 0.3, 100))
    nobody = asdict(Quality(0.0, 0.0, 0.0, 1.0, 0))
    heights = {"12-20": nobody, "160-10000": entry}
    sets = {
        "PETS": {**entry, "heights": heights},
        "val": {**entry, "heights": heights, "sources": {"cafe": entry, "voc100": entry}},
    }
    return {"ms": ms, "ratio": ratio, "sets": sets, "station": {"false_per_empty_frame": false}}


@pytest.fixture
def figures() -> dict[str, dict[str, Any]]:
    return {
        "ours": _figures(
            0.888, {"openvino": 7.0, "onnxruntime": 13.0}, {"openvino": 0.54, "onnxruntime": 1.0}, 0.02
        ),
        "YOLOX-nano 416x416": _figures(0.5, {"openvino": 13.0}, {"openvino": 1.0}, 0.0),
    }


def test_every_detector_has_its_column(figures: dict[str, dict[str, Any]]) -> None:
    report = as_report(figures)
    accuracy, _, cost, heights, sources = report.tables
    assert accuracy.rows == (("PETS", 88.8, 50.0), ("val", 88.8, 50.0))
    assert cost.rows == (("ours", 7.0, 13.0, 0.54, 0.02), ("YOLOX-nano 416x416", 13.0, None, 1.0, 0.0))
    assert heights.heads == ("set", "12 to 20 px", "160 px and more")
    assert heights.rows[0] == ("PETS", None, 88.8)  # nobody is that small
    assert sources.rows == (("val", "cafe", 100, 88.8, 50.0), ("val", "voc100", 100, 88.8, 50.0))
    assert "Detectors side by side" in as_text(report)


def test_what_was_reached_and_missed(figures: dict[str, dict[str, Any]]) -> None:
    verdicts = {aim.key: (aim.limit, aim.verdict) for aim in as_report(figures).aims}
    assert verdicts == {
        "detector.ap50.pets": (90.0, "missed"),
        "detector.ap50.val": (50.0, "reached"),  # as good as YOLOX-nano in the same run
        "detector.time": (0.65, "reached"),
        "detector.false": (0.01, "missed"),
    }


def test_without_the_yardstick_time_is_not_judged(figures: dict[str, dict[str, Any]]) -> None:
    figures["ours"]["ratio"] = {}
    (time,) = (aim for aim in as_report({"ours": figures["ours"]}).aims if aim.key == "detector.time")
    assert time.verdict == "not measured"


def test_a_detector_by_file_and_size() -> None:
    one = contender("/some/where/a@b.onnx@640x384")
    assert (one.name, one.path, one.input_wh) == ("a@b 640x384", "/some/where/a@b.onnx", (640, 384))


@pytest.mark.parametrize("spec", ["person.onnx", "person.onnx@640", "@640x384", "person.onnx@640xhigh"])
def test_a_detector_without_a_size_is_refused(spec: str) -> None:
    with pytest.raises(UsageError, match="write the file and its input size"):
        contender(spec)
