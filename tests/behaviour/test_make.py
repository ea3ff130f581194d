"""A rule in the configuration becomes the watcher it names."""

from __future__ import annotations

from typing import Any

import pytest

from passerby.behaviour.crossing import LineCrossing, crossings_of
from passerby.behaviour.crowding import Crowding
from passerby.behaviour.fast_movement import FastMovement
from passerby.behaviour.intrusion import Intrusion
from passerby.behaviour.loitering import Loitering
from passerby.behaviour.make import make_rules
from passerby.behaviour.rule import Rule
from passerby.contracts.config import Camera
from passerby.contracts.errors import CalibrationError
from support.rows import scene

ZONES = [{"name": "z", "polygon_px": [[0, 1000], [400, 1000], [400, 600], [0, 600]]}]
LINES = [{"name": "l", "from_px": [0, 1000], "to_px": [400, 1000]}]
KINDS: list[tuple[dict[str, Any], type]] = [
    ({"kind": "line_crossing", "line": "l"}, LineCrossing),
    ({"kind": "fast_movement", "zone": "z"}, FastMovement),
    ({"kind": "loitering", "zone": "z"}, Loitering),
    ({"kind": "intrusion", "zone": "z", "hold_s": 0}, Intrusion),
    ({"kind": "crowding", "zone": "z", "people": 3}, Crowding),
]


def camera(*rules: dict[str, Any]) -> Camera:
    return Camera.model_validate({"name": "c", "source": "s", "zones": ZONES, "lines": LINES, "rules": rules})


def made_of(*rules: dict[str, Any]) -> list[Rule[Any]]:
    of = camera(*rules)
    return make_rules(of, None, crossings_of(of, None))


def test_each_kind_has_its_watcher_in_the_configurations_order() -> None:
    made = made_of(*(rule for rule, _ in KINDS))
    assert [type(rule) for rule in made] == [watcher for _, watcher in KINDS]
    assert [len(rule) for rule in made] == [0] * 5


def test_a_hit_carries_its_rules_place_in_the_configuration() -> None:
    made = made_of(*(rule for rule, _ in KINDS))
    hits = [hit for rule in made for hit in rule.step(scene(0, {1: (2.0, 2.0)}))]
    assert [(hit.rule, hit.kind) for hit in hits] == [(3, "intrusion")]


@pytest.mark.parametrize("rule", [{"kind": "line_crossing", "line": "x"}, {"kind": "intrusion", "zone": "x"}])
def test_a_place_that_does_not_exist_is_refused_while_building(rule: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="x"):
        made_of(rule)


def test_a_density_without_a_floor_is_refused_while_building() -> None:
    with pytest.raises(CalibrationError, match="needs a calibration"):
        made_of({"kind": "crowding", "zone": "z", "density_per_m2": 1})


def test_no_rules_no_watchers() -> None:
    assert made_of() == []
