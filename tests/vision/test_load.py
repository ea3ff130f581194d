from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest
from onnx import TensorProto

from passerby.contracts.config import ModelChoice
from passerby.contracts.errors import ModelError
from passerby.pixels.frame import RawFrame
from passerby.vision import load
from passerby.vision.load import load_detector, sha256_of
from support import models
from support.seen import frame, noise
from support.unprivileged import open_folder, read_only


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A working detector: one box around every picture."""
    return models.ours(tmp_path / "ours.onnx")


def card(model: Path, **says: object) -> None:
    model.with_suffix(".json").write_text(json.dumps(says))


def refusal(path: Path | str, **choice: object) -> str:
    """What load_detector says against a model, the folder left out; always one line."""
    with pytest.raises(ModelError) as caught:
        load_detector(ModelChoice.model_validate({"path": str(path), **choice}))
    said = str(caught.value)
    assert "\n" not in said
    return said.replace(f"{Path(path).parent}/", "")


@pytest.mark.parametrize("runtime", ["auto", "openvino", "onnxruntime"])
def test_it_reports_exactly_what_runs(ours: Path, runtime: str) -> None:
    detector = load_detector(ModelChoice.model_validate({"path": str(ours), "runtime": runtime}))
    assert detector.info.name == "ours"
    assert detector.info.sha256 == hashlib.sha256(ours.read_bytes()).hexdigest()
    assert detector.info.runtime == ("openvino" if runtime == "auto" else runtime)  # it is installed here
    assert detector.info.input_wh == (64, 32)
    assert detector.info.score == 0.4
    assert len(detector.detect([frame()])[0]) == 1


def test_the_checksum_of_an_ir_covers_its_weights(ours: Path, tmp_path: Path) -> None:
    ir = models.openvino_ir(tmp_path / "ir.xml", ours)
    weights = ir.with_suffix(".bin")
    assert load_detector(ModelChoice(path=str(ir))).info.sha256 == sha256_of(ir)
    assert sha256_of(ir) == hashlib.sha256(ir.read_bytes() + weights.read_bytes()).hexdigest()
    before = sha256_of(ir)
    weights.write_bytes(weights.read_bytes() + b"\0")
    assert sha256_of(ir) != before


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "none.onnx",
            None,
            "none.onnx: no such model file; check --model or model: in the configuration",
        ),
        ("note.txt", b"hello", "note.txt: not an .onnx file or an OpenVINO .xml with its .bin beside it"),
        ("net.pt", b"PK", "net.pt: not an .onnx file or an OpenVINO .xml with its .bin beside it"),
        ("alone.xml", b"<net/>", "alone.xml: its weights alone.bin must be beside it"),
    ],
)
def test_a_file_that_cannot_be_a_model(tmp_path: Path, name: str, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name) == sentence


@pytest.mark.parametrize("name", ["folder", "folder.onnx", "folder.xml"])
def test_a_directory_is_said_to_be_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert refusal(tmp_path / name) == f"{name}: this is a directory, not a model file"


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x08" * 50])
def test_broken_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.onnx").write_bytes(content)
    for runtime, kind in (("onnxruntime", "ONNX"), ("auto", "OpenVINO")):
        said = refusal(tmp_path / "broken.onnx", runtime=runtime)
        assert said.startswith(f"broken.onnx: not a usable {kind} model (")


def test_a_file_that_may_not_be_read(ours: Path) -> None:
    with open_folder() as folder:
        model = models.ours(folder / "secret.onnx")
        for part, sentence in ((model, "secret.onnx: "), (model.with_suffix(".json"), "secret.json: ")):
            part.touch()
            part.chmod(0)
            with read_only(folder):
                assert refusal(model).startswith(sentence)
            part.chmod(0o644)


def test_a_path_the_system_does_not_take(tmp_path: Path) -> None:
    assert refusal(tmp_path / f"{'x' * 300}.onnx").endswith("cannot be read (File name too long)")


def test_an_ir_runs_on_openvino_only(ours: Path, tmp_path: Path) -> None:
    ir = models.openvino_ir(tmp_path / "ir.xml", ours)
    said = refusal(ir, runtime="onnxruntime")
    assert said == "ir.xml: OpenVINO IR files run on OpenVINO only; set runtime to auto or openvino"


@pytest.mark.parametrize("runtime", ["auto", "openvino"])
def test_openvino_is_not_installed(ours: Path, monkeypatch: pytest.MonkeyPatch, runtime: str) -> None:
    model = models.openvino_ir(ours.with_name("ir.xml"), ours) if runtime == "auto" else ours
    monkeypatch.setitem(sys.modules, "openvino", None)
    said = refusal(model, runtime=runtime)
    assert said == f"{model.name}: this model needs OpenVINO; install it with: pip install 'passerby[openvino]'"
    assert load_detector(ModelChoice(path=str(ours))).info.runtime == "onnxruntime"


def test_there_is_no_embedded_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(load.OURS, "embedded", tmp_path / "person.onnx")
    assert refusal("embedded").startswith("this build has no embedded person detector")
    models.ours(tmp_path / "person.onnx")
    assert load_detector(ModelChoice()).info.name == "person"


def test_a_size_the_model_does_not_take(ours: Path) -> None:
    said = refusal(ours, input_px=(96, 64), runtime="onnxruntime")
    assert said == "ours.onnx: the model is fixed to 64x32; omit --model-input or use OpenVINO"
    assert refusal(ours, input_px=(90, 64)) == "ours.onnx: input 90x64 must be multiples of 32 px"


def test_the_card_says_the_size_and_the_choice_overrules_it(tmp_path: Path) -> None:
    model = models.ours(tmp_path / "any.onnx", wh=("w", "h"))
    assert "give one" in refusal(model)
    card(model, input_wh=[96, 64])
    assert load_detector(ModelChoice(path=str(model))).info.input_wh == (96, 64)
    assert load_detector(ModelChoice(path=str(model), input_px=(64, 64))).info.input_wh == (64, 64)


def test_outputs_of_no_known_layout(tmp_path: Path) -> None:
    said = refusal(models.classifier(tmp_path / "cats.onnx"))
    assert said == (
        "cats.onnx: outputs logits [1, 3] have no known layout (yolox, omz-atss, omz-ssd, passerby-v1)"
    )


def test_outputs_that_only_look_like_a_known_layout(tmp_path: Path) -> None:
    """As other YOLOs do: three dimensions, but not YOLOX's cells. Said at the start, not at the first frame."""
    said = refusal(models.yolox(tmp_path / "other.onnx", cells=40))
    assert said.startswith("other.onnx: outputs out [1, 40, 6] do not match the layout yolox (")


def test_a_network_that_takes_no_pictures_of_three_channels(tmp_path: Path) -> None:
    said = refusal(models.yolox(tmp_path / "chw.onnx", kind=TensorProto.UINT8), runtime="onnxruntime")
    assert said.startswith("chw.onnx: ")


def test_a_card_names_the_layout(ours: Path) -> None:
    card(ours, layout="passerby-v1")
    assert load_detector(ModelChoice(path=str(ours))).info.score == 0.4
    card(ours, layout="omz-atss")
    said = refusal(ours)
    assert said.startswith(
        "ours.onnx: outputs boxes [None, 1, 4], scores [None, 1] do not match the layout omz-atss ("
    )
    card(ours, layout="yolov9")
    said = refusal(ours)
    assert said == "ours.json: layout yolov9 is not one of yolox, omz-atss, omz-ssd, passerby-v1"


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"score": "high"}', '{"input_wh": [64]}', "\ufeffnull", '{"score": 1.5}']
)
def test_a_broken_card(ours: Path, content: str) -> None:
    ours.with_suffix(".json").write_text(content)
    assert refusal(ours).startswith("ours.json: the model's card cannot be read (")


def test_a_card_that_is_not_text(ours: Path) -> None:
    ours.with_suffix(".json").write_bytes(b"\xff\xfe\x00\x01")
    assert refusal(ours).startswith("ours.json: the model's card cannot be read (")


@pytest.mark.parametrize(
    ("says", "choice", "weakest_tracked", "weakest_found"),
    [
        ({}, None, 0.4, 0.1),
        ({"name": "ours", "trained_on": ["made-up"]}, None, 0.4, 0.1),  # the rest of a card is for people
        ({"score": 0.6}, None, 0.6, 0.1),
        ({"score": 0.6, "score_floor": 0.3}, None, 0.6, 0.3),
        ({"score": 0.6, "score_floor": 0.3}, 0.5, 0.5, 0.3),
        ({}, 0.05, 0.05, 0.05),  # what is tracked must be found first
        ({"score": 0.05}, None, 0.05, 0.05),
        ({"score_floor": 0.5}, None, 0.4, 0.4),
    ],
)
def test_thresholds_of_layout_card_and_choice(
    ours: Path, says: dict[str, object], choice: float | None, weakest_tracked: float, weakest_found: float
) -> None:
    card(ours, **says)
    detector = load_detector(ModelChoice(path=str(ours), score=choice))
    assert detector.info.score == weakest_tracked
    # The score of the one box is the picture's blue, so a ramp of blues finds the floor.
    found = [level for level in range(1, 256) if len(detector.detect([plain(level)])[0])]
    assert found[0] / 255 == pytest.approx(weakest_found, abs=1.01 / 255)


def plain(level: int) -> RawFrame:
    picture = noise((64, 32))
    picture[...] = level
    return frame((64, 32), bgr=picture)
