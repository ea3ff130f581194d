"""Levels of service: the published bounds, a zone's own table, and what cannot be configured."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from pydantic import ValidationError

from passerby.behaviour.service_levels import ServiceLevels, levels_of, tables
from passerby.contracts.config import Zone

CORNERS = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))


@pytest.mark.parametrize(
    ("kind", "density", "letter", "why"),
    [
        ("passage", 0.0, "A", "nobody"),
        ("passage", 0.31, "A", "a bound belongs to the better level"),
        ("passage", 0.32, "B", "just above it"),
        ("passage", 1.0, "D", "a walkway at one a square metre"),
        ("platform", 1.0, "B", "the same where people stand and wait"),
        ("edge", 4.0, "E", "the edge belongs to the platform"),
        ("platform", 5.1, "F", "above the last bound"),
        ("stairs", 1.0, "C", "stairs have their own table"),
        ("hall", 0.5, "C", "a hall is walked through"),
    ],
)
def test_letters(kind: str, density: float, letter: str, why: str) -> None:
    zone = Zone.model_validate({"name": "z", "kind": kind, "polygon_px": CORNERS})
    assert levels_of(zone).letter(density) == letter, why


def test_a_zone_may_name_a_table_or_bring_its_own() -> None:
    named = Zone(name="z", kind="hall", polygon_px=CORNERS, levels="queue")
    own = Zone(name="z", kind="hall", polygon_px=CORNERS, levels_per_m2=(0.1, 0.2, 0.3, 0.4, 0.5))
    assert levels_of(named) == tables()["queue"]
    assert levels_of(own) == ServiceLevels((0.1, 0.2, 0.3, 0.4, 0.5))


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"levels": "queue", "levels_per_m2": (1, 2, 3, 4, 5)}, "not both"),
        ({"levels_per_m2": (1, 2, 2, 4, 5)}, "must rise"),
        ({"levels_per_m2": (1, 2, 3, 4)}, "levels_per_m2"),
        ({"levels": "beach"}, "levels"),
    ],
)
def test_tables_that_make_no_sense_are_refused(more: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        Zone.model_validate({"name": "z", "polygon_px": CORNERS, **more})


def test_every_table_rises_and_names_its_source() -> None:
    data = json.loads(files("passerby.behaviour").joinpath("service_levels.json").read_text())
    assert set(data) == {"walkway", "queue", "stairs"}
    for table in data.values():
        bounds = list(table["at_most_per_m2"].values())
        assert list(table["at_most_per_m2"]) == list("ABCDE")
        assert bounds == sorted(set(bounds))
        assert "19" in table["source"] or "Manual" in table["source"]
