"""Models that are known by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from passerby.contracts.config import ModelChoice
from passerby.contracts.errors import ModelError
from passerby.vision import load
from passerby.vision.catalogue import KNOWN, Known, ModelFile, find, models_home
from passerby.vision.layouts import LAYOUTS
from passerby.vision.load import load_detector
from support import models


@pytest.mark.parametrize("model", KNOWN.values(), ids=list(KNOWN))
def test_a_row_is_complete(model: Known) -> None:
    assert KNOWN[model.name] is model
    assert model.layout in LAYOUTS
    assert model.licence == "Apache-2.0"
    assert all(side % 32 == 0 for side in model.input_wh)
    assert [part.suffix for part in model.parts] in ([".onnx"], [".xml", ".bin"])
    for part in model.parts:
        assert part.address.startswith("https://")
        assert re.fullmatch("[0-9a-f]{64}", part.sha256)
        assert part.size_bytes > 1_000_000


def test_no_checksum_stands_for_two_files() -> None:
    sums = [part.sha256 for model in KNOWN.values() for part in model.parts]
    assert len(set(sums)) == len(sums)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/srv/data", "/srv/data/passerby/models"),
        ("", "/home/somebody/.local/share/passerby/models"),
        ("not/absolute", "/home/somebody/.local/share/passerby/models"),  # the XDG rule: ignore such a value
    ],
)
def test_where_a_users_models_lie(given: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", given)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert models_home() == Path(expected)


def test_half_a_model_is_none(tmp_path: Path) -> None:
    model = KNOWN["person-vehicle-bike-detection-2003-int8"]
    (tmp_path / f"{model.name}.xml").touch()
    assert find(model, [tmp_path]) is None
    (tmp_path / f"{model.name}.bin").touch()
    assert find(model, [tmp_path / "none", tmp_path]) == tmp_path / f"{model.name}.xml"


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Known:
    """A made-up known model, and a user without any."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    model = Known(
        "drawn", "Apache-2.0", "passerby-v1", (64, 32), (ModelFile("https://host/drawn.onnx", "0" * 64, 1),)
    )
    monkeypatch.setitem(load.KNOWN, "drawn", model)
    return model


def test_a_name_is_found_in_the_units_folder_and_then_in_the_users(drawn: Known, tmp_path: Path) -> None:
    unit, user = tmp_path / "unit" / "models", models_home()
    with pytest.raises(ModelError) as caught:
        load_detector(ModelChoice(path="drawn"), [unit])
    assert str(caught.value) == (
        "drawn: this model is not installed; download it with: passerby models pull drawn"
    )
    for folder in (user, unit):
        folder.mkdir(parents=True)
        models.ours(folder / "drawn.onnx")
        assert load_detector(ModelChoice(path="drawn"), [unit]).info.name == "drawn"
    (user / "drawn.onnx").unlink()
    assert load_detector(ModelChoice(path="drawn"), [unit]).info.name == "drawn"
