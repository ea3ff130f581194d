# ruff: noqa: E501  a configuration is one line
"""Drawn zones and lines in the text of a configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from passerby.config.check import load_checked
from passerby.config.places_edit import edited
from passerby.contracts.drawing import DrawnLine, DrawnPlaces, DrawnZone
from passerby.contracts.errors import ConfigError, UsageError
from support import stage

EXAMPLE = Path(__file__).parents[2] / "docs" / "unit.example.yaml"
CORNERS = ((10.0, 10.0), (200.04, 10.0), (200.0, 90.26))


def drawn(*zones: DrawnZone, lines: tuple[DrawnLine, ...] = (), camera: str = "platform-1") -> DrawnPlaces:
    return DrawnPlaces(camera=camera, picture_px=(1920, 1080), zones=zones, lines=lines)


def test_a_drawing_replaces_the_places_and_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAM1_PASSWORD", "x")
    before = EXAMPLE.read_text("utf-8")
    known = load_checked(EXAMPLE).unit.cameras[0]
    zones = [DrawnZone(name=z.name, was=z.name, kind=z.kind, polygon_px=z.polygon_px) for z in known.zones]
    lines = tuple(DrawnLine(name=x.name, was=x.name, from_px=x.from_px, to_px=x.to_px) for x in known.lines)
    zones[0] = zones[0].model_copy(
        update={"name": "north", "polygon_px": ((402.04, 899.96), (1500, 900), (1220.26, 390), (640, 390))}
    )
    after = edited(before, drawn(*zones, lines=lines))
    unit = load_checked(EXAMPLE, text=after).unit
    assert unit.cameras[0].zones[0].polygon_px == ((402, 900), (1500, 900), (1220.3, 390), (640, 390))
    assert {rule.place for rule in unit.cameras[0].rules if rule.place_key == "zone"} >= {"north", "track"}
    assert "platform:" not in after
    assert "# at least four; more are fitted" in after
    assert "rtsp://viewer:${CAM1_PASSWORD}@camera1/stream1" in after
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert all("north" in line or "name: " in line for line in changed), changed


def test_an_unchanged_drawing_is_the_same_configuration(tmp_path: Path) -> None:
    path = stage.unit(tmp_path / "unit.yaml", {"source": "rtsp://h/1"})
    known = load_checked(path).unit
    zones = [
        DrawnZone(name=z.name, was=z.name, kind=z.kind, polygon_px=z.polygon_px) for z in known.cameras[0].zones
    ]
    lines = tuple(
        DrawnLine(name=x.name, was=x.name, from_px=x.from_px, to_px=x.to_px) for x in known.cameras[0].lines
    )
    assert load_checked(path, text=edited(path.read_text(), drawn(*zones, lines=lines))).unit == known


def test_other_settings_of_a_zone_stay_and_a_new_zone_has_none() -> None:
    text = json.dumps({"station": "s", "cameras": [{"name": "a", "source": "x.mp4", "zones": [
        {"name": "old", "kind": "hall", "levels": "queue", "polygon_px": [[0, 0], [9, 0], [9, 9]]}]}]})  # fmt: skip
    zones = (
        DrawnZone(name="old", was="old", kind="hall", polygon_px=CORNERS),
        DrawnZone(name="new", polygon_px=CORNERS),
    )
    after = edited(text, drawn(*zones, camera="a"))
    (camera,) = json.loads(json.dumps(_yaml(after)))["cameras"]
    assert camera["zones"][0]["levels"] == "queue"
    assert camera["zones"][1] == {"name": "new", "polygon_px": [[10, 10], [200, 10], [200, 90.3]]}
    assert camera["picture_px"] == [1920, 1080]


RULES = """\
station: s
cameras:
  - name: a
    source: x.mp4
    zones:
      - {name: hall, kind: hall, polygon_px: [[0, 0], [9, 0], [9, 9]]}
    rules:
      # agreed with the station manager
      - kind: loitering
        zone: hall
        dwell_s: 60    # a minute
        gap_s: 5
      - {kind: intrusion, zone: hall}
"""


def test_a_changed_rule_keeps_its_comments_and_a_removed_one_is_gone() -> None:
    zone = DrawnZone(name="entry", was="hall", kind="hall", polygon_px=CORNERS)
    rules: Any = (
        {"kind": "loitering", "zone": "entry", "dwell_s": 90, "schedule": {"begins": "22:00", "days": ["mon"]}},
        {"kind": "queue", "zone": "entry", "head_px": [3, 4], "people": 5},
    )
    after = edited(RULES, drawn(zone, camera="a").model_copy(update={"rules": rules}))
    assert "# agreed with the station manager" in after
    assert "# a minute" in after
    assert _yaml(after)["cameras"][0]["rules"] == list(rules)
    assert (
        "rules" not in _yaml(edited(after, drawn(zone, camera="a").model_copy(update={"rules": ()})))["cameras"][0]
    )


def test_drawn_text_never_stands_for_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAM_SECRET", "correct horse")
    zone = DrawnZone(name="${CAM_SECRET}", polygon_px=CORNERS)
    rules: Any = ({"kind": "intrusion", "zone": "${CAM_SECRET}"},)
    after = edited(RULES, drawn(zone, camera="a").model_copy(update={"rules": rules}))
    with pytest.raises(ConfigError) as caught:
        load_checked(Path("unit.yaml"), text=after)
    assert "correct horse" not in str(caught.value)
    assert "${CAM_SECRET}" in str(caught.value)


def test_counted_places_follow_a_new_name() -> None:
    line = {"name": "stairs", "from_px": [0, 0], "to_px": [9, 9]}
    hall = {"name": "hall", "lines": [{"camera": "a", "line": "stairs"}, {"camera": "b", "line": "stairs"}]}
    cameras = [{"name": name, "source": "x.mp4", "lines": [line]} for name in ("a", "b")]
    text = json.dumps({"station": "s", "cameras": cameras, "occupancy": [hall]})
    new = DrawnLine(name="steps", was="stairs", from_px=(0, 0), to_px=(9, 9))
    found = _yaml(edited(text, drawn(lines=(new,), camera="a")))
    assert [part["line"] for part in found["occupancy"][0]["lines"]] == ["steps", "stairs"]


@pytest.mark.parametrize(
    "text", ["", "station: s", "cameras: 7", "cameras: [{name: b}]", "cameras: [", "cameras: [7]"]
)
def test_a_text_that_cannot_be_edited_is_one_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="camera platform-1 cannot be edited here; change the configuration file"):
        edited(text, drawn())


def _yaml(text: str) -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(text)
