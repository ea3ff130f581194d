from __future__ import annotations

import pytest

from passerby.config.located import Loc
from passerby.config.walk import choices, range_of, resolve, unit_of, walk
from passerby.contracts.config import Zone
from passerby.contracts.rules import FastMovementRule

RULE: Loc = ("cameras", 0, "rules", 1)


@pytest.mark.parametrize(
    ("loc", "in_file", "model", "known"),
    [
        ((), (), "Unit", False),
        (("station",), ("station",), "Unit", True),
        (("statoin",), ("statoin",), "Unit", False),
        (("model", "name"), ("model",), "Unit", True),
        (("model", "mapping", "path"), ("model", "path"), "ModelChoice", True),
        (RULE, RULE, "Camera", True),
        ((*RULE, "fast_movement", "speed_mps"), (*RULE, "speed_mps"), "FastMovementRule", True),
        # A key of the same name as the tag is a key.
        ((*RULE, "fast_movement", "fast_movement"), (*RULE, "fast_movement"), "FastMovementRule", False),
        ((*RULE, "fast_movement"), RULE, "Camera", True),
        (("cameras", 2, "picture_px", 1), ("cameras", 2, "picture_px", 1), "Camera", True),
        (("cameras", 2, "picture_px", 7), ("cameras", 2, "picture_px", 7), "Camera", True),
        (("station", "a", 1, "b"), ("station", "a", 1, "b"), "Unit", True),
    ],
)
def test_a_pydantic_location_in_the_file(loc: Loc, in_file: Loc, model: str, known: bool) -> None:
    spot = resolve(loc)
    assert (spot.loc, spot.model.__name__, spot.field is not None) == (in_file, model, known)


def test_the_walk_names_the_place_of_each_model() -> None:
    places = [place for place, _ in walk()]
    assert places[:5] == ["", "model", "evidence", "retention", "cameras[]"]
    assert "cameras[].calibration" in places
    assert ("cameras[].rules[]", FastMovementRule) in list(walk())


def test_choices_and_ranges() -> None:
    assert choices(Zone.model_fields["kind"])[:2] == ("platform", "edge")
    assert choices(FastMovementRule.model_fields["severity"]) == ("info", "warning", "alarm")
    assert choices(FastMovementRule.model_fields["hold_s"]) == ()
    assert range_of(FastMovementRule.model_fields["hold_s"]) == "at least 0 and at most 60"
    assert range_of(FastMovementRule.model_fields["zone"]) == ""


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("speed_mps", "m/s"),
        ("hold_s", "s"),
        ("m", "m"),
        ("px", "px"),
        ("density_per_m2", "people/m2"),
        ("rules", ""),
    ],
)
def test_units_of_keys(key: str, unit: str) -> None:
    assert unit_of(key) == unit
