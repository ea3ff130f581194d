from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from passerby.config.walk import walk
from passerby.contracts.base_rule import BaseRule
from passerby.contracts.config import Camera, Unit, Zone
from passerby.contracts.rules import CrowdingRule
from passerby.contracts.strict import Strict

MODELS = sorted({model for _, model in walk()}, key=lambda model: model.__name__)
SECRET = "rtsp://viewer:hunter2@camera1/stream1"


def test_every_model_in_the_module_is_reached_from_the_unit() -> None:
    def below(model: type[BaseModel]) -> set[type[BaseModel]]:
        return {model}.union(*(below(child) for child in model.__subclasses__()))

    # What a person types in a console, or a control room reads, is no part of the configuration of a unit.
    typed = (
        "passerby.contracts.drawing",
        "passerby.contracts.new_camera",
        "passerby.console.",
        "passerby.centre.",
    )
    bases = {Strict, BaseRule}
    written = {
        m for m in below(Strict) if not m.__name__.startswith("_") and not m.__module__.startswith(typed)
    } - bases
    assert written == set(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_forbids_unknown_keys_and_change(model: type[BaseModel]) -> None:
    assert model.model_config["extra"] == "forbid"
    assert model.model_config["frozen"] is True
    with pytest.raises(ValidationError) as caught:
        model.model_validate({"surely_no_such_key": 1})
    assert ("surely_no_such_key",) in [e["loc"] for e in caught.value.errors() if e["type"] == "extra_forbidden"]


@pytest.mark.parametrize("model", MODELS)
def test_every_key_is_described(model: type[BaseModel]) -> None:
    silent = [name for name, info in model.model_fields.items() if not info.description]
    assert not silent
    assert model.__doc__


@pytest.mark.parametrize("model", MODELS)
def test_every_key_with_a_unit_names_it_in_its_description(model: type[BaseModel]) -> None:
    words = {
        "_s": "seconds",
        "_mps": "m/s",
        "_m": "metres",
        "_px": "pixels",
        "_deg": "degrees",
        "_fps": "per second",
    }
    for name, info in model.model_fields.items():
        end = "_" + name.rpartition("_")[2]
        if end in words:
            assert words[end] in str(info.description), name


def test_a_password_shows_in_no_repr_and_no_dump() -> None:
    camera = Camera(name="c", source=SECRET, substream=SECRET, picture_px=(64, 36))
    unit = Unit(station="s", cameras=(camera,))
    texts = [repr(unit), str(unit), repr(unit.cameras), unit.model_dump_json(), str(unit.model_dump()), f"{unit}"]
    assert not [t for t in texts if "hunter2" in t]
    assert unit.cameras[0].source == SECRET


def test_a_refusal_does_not_quote_the_input() -> None:
    with pytest.raises(ValidationError) as caught:
        Camera.model_validate({"name": "c", "source": SECRET, "surce": SECRET})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_coordinate_is_an_ordinary_number(number: float) -> None:
    with pytest.raises(ValidationError):
        Zone(name="z", polygon_px=((0, 0), (1, 0), (number, 1)))


@pytest.mark.parametrize("name", ["platform 1", "Südkreuz", "a-b.c_d", "1"])
def test_names_people_use(name: str) -> None:
    assert Zone(name=name, polygon_px=()).name == name


@pytest.mark.parametrize("name", ["", " a", "../x", "a/b", ".", "a\nb", "a\n", "x" * 65])
def test_names_that_could_leave_a_folder_or_a_line(name: str) -> None:
    with pytest.raises(ValidationError):
        Zone(name=name, polygon_px=())


@pytest.mark.parametrize("limits", [{}, {"people": 3, "density_per_m2": 1.0}])
def test_crowding_has_one_threshold(limits: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="exactly one of"):
        CrowdingRule.model_validate({"kind": "crowding", "zone": "z", **limits})
