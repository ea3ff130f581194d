from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from passerby.config.schema import unit_schema
from passerby.config.walk import walk
from support.configured import EXAMPLE


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = unit_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.fixture
def example() -> Any:
    return YAML(typ="safe", pure=True).load(EXAMPLE.read_text())


def test_the_example_is_valid(validator: Draft202012Validator, example: Any) -> None:
    assert not list(validator.iter_errors(example))


def test_a_model_may_be_a_word_or_a_mapping(validator: Draft202012Validator, example: Any) -> None:
    for model in ("yolox.onnx", {"path": "yolox.onnx", "score": 0.4, "input_px": [640, 384]}):
        assert validator.is_valid({**example, "model": model})
    assert not validator.is_valid({**example, "model": 3})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("statoin",), "x"),
        (("cameras", 0, "fps"), 3),
        (("cameras", 0, "name"), "../x"),
        (("cameras", 0, "rules", 0, "kind"), "intrusionn"),
        (("cameras", 0, "rules", 1, "speed_mps"), "8 km/h"),
        (("cameras", 0, "rules", 1, "speed_mps"), 40),
        (("cameras", 0, "zones", 0, "polygon_px", 0), [1, 2, 3]),
        (("cameras", 0, "calibration", "height_cm"), 350),
    ],
)
def test_what_the_check_refuses_the_schema_marks(
    validator: Draft202012Validator, example: Any, path: tuple[Any, ...], value: object
) -> None:
    node = example
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    assert not validator.is_valid(example)


def test_names_in_other_languages_are_not_marked() -> None:
    import re

    pattern = unit_schema()["$defs"]["Zone"]["properties"]["name"]["pattern"]
    assert all(re.search(pattern, name, re.ASCII) for name in ("Südkreuz", "駅", "platform 1"))
    assert not any(re.search(pattern, name, re.ASCII) for name in ("", " a", "../x", "a/b", ".a"))


def test_every_model_and_key_is_described_with_unit_and_range() -> None:
    schema = unit_schema()
    for place, model in walk():
        node = schema["$defs"][model.__name__] if place else schema
        assert node["description"]
        assert all(entry["description"] for entry in node["properties"].values())
    speed = schema["$defs"]["FastMovementRule"]["properties"]["speed_mps"]["description"]
    assert speed.endswith("(more than 0 and at most 12 m/s)")
    hold = schema["$defs"]["FastMovementRule"]["properties"]["hold_s"]["description"]
    assert hold.endswith("(at least 0 and at most 60 s; default 1)")
