from __future__ import annotations

from pathlib import Path

import pytest

from passerby.app.detector_choice import model_choice
from passerby.contracts.config import Camera, ModelChoice, Unit
from passerby.contracts.errors import UsageError
from passerby.vision.catalogue import KNOWN
from support import stage
from support.stage import command


def unit(model: str | ModelChoice) -> Unit:
    return Unit(station="s", model=model, cameras=(Camera(name="c", source="v.mp4"),))


FULL = ModelChoice(path="m.onnx", input_px=(640, 384), score=0.3, runtime="openvino")


@pytest.mark.parametrize(
    ("of", "options", "expected", "why"),
    [
        (None, {}, ModelChoice(), "nothing said: the embedded detector"),
        (unit("embedded"), {}, ModelChoice(), "the configuration says the same"),
        (unit("m.onnx"), {}, ModelChoice(path="m.onnx"), "a path in the configuration"),
        (unit(FULL), {}, FULL, "a mapping in the configuration"),
        (None, {"model": "x.xml"}, ModelChoice(path="x.xml"), "the command line alone"),
        (unit("m.onnx"), {"model": "x.onnx"}, ModelChoice(path="x.onnx"), "the command line goes first"),
        (unit(FULL), {"score": 0.5}, FULL.model_copy(update={"score": 0.5}), "one key over, the others stay"),
        (unit(FULL), {"runtime": "auto"}, FULL.model_copy(update={"runtime": "auto"}), "back to automatic"),
        (None, {"model_input": "640x384"}, ModelChoice(input_px=(640, 384)), "a size"),
        (None, {"model_input": "640X384"}, ModelChoice(input_px=(640, 384)), "a large X"),
    ],
)
def test_the_command_line_goes_before_the_configuration(
    of: Unit | None, options: dict[str, object], expected: ModelChoice, why: str
) -> None:
    given = {"model": None, "model_input": None, "score": None, "runtime": None, **options}
    assert model_choice(of, **given) == expected, why  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"runtime": "tensorrt"}, "--runtime tensorrt: write auto, onnxruntime or openvino"),
        *(
            ({"model_input": text}, "write width and height, for example 640x384")
            for text in ("640", "640x", "x384", "640x-1", "0x384", "640x384x3", "640,384", "a x b", "", "６４０x0")
        ),
    ],
)
def test_what_no_model_can_be_is_refused(options: dict[str, str], match: str) -> None:
    given = {"model": None, "model_input": None, "score": None, "runtime": None, **options}
    with pytest.raises(UsageError, match=match):
        model_choice(None, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [["calibrate"], ["frame", "--out", "frame.png"]], ids=lambda words: words[0])
def test_commands_about_one_camera_find_the_models_that_the_unit_pulled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    name = next(name for name, known in KNOWN.items() if known.parts[0].suffix == ".onnx")
    pulled = tmp_path / "data" / "models" / f"{name}.onnx"
    pulled.parent.mkdir(parents=True)
    pulled.write_bytes(b"no network")
    config = stage.unit(
        tmp_path / "unit.yaml", {"source": "video.mp4"}, model=name, data_dir=str(tmp_path / "data")
    )
    found = command(*words, "video.mp4", "--config", config)
    assert str(pulled) in found.err, "it was opened"
    assert "is not installed" not in found.err
