"""The wired product gives what is recorded. How to read and accept a difference: support/golden/__main__.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from passerby.contracts.rules import Rule
from passerby.contracts.settings import RedactionMode
from support.golden.case import RECORDED, judge, rows_of
from support.golden.frames import frame_differences
from support.golden.scenes import SCENES, Scene


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_gives_what_is_recorded(scene: Scene, tmp_path: Path) -> None:
    differences = judge(scene, tmp_path).differences
    assert not differences, "\n".join(["`just golden` shows these, and how to accept them:", *differences])


def recorded(name: str) -> list[dict[str, Any]]:
    return rows_of((RECORDED / name / "frames.jsonl").read_text("utf-8"))


def every(field: str) -> list[Any]:
    return [value for scene in SCENES for row in recorded(scene.name) for value in row.get(field, [])]


def test_every_kind_of_rule_has_an_incident() -> None:
    kinds = {rule.model_fields["kind"].annotation.__args__[0] for rule in Rule.__args__[0].__args__}  # type: ignore[attr-defined]
    assert {event["kind"] for event in every("events")} == kinds | {"camera_lost"}


def test_everything_a_frame_can_hold_occurs() -> None:
    assert {row["state"] for row in every("tracks")} == {"tentative", "confirmed", "confirmed predicted"}
    assert {(row["there"], row["departures"]) for row in every("trains")} >= {(False, 0), (True, 0), (False, 1)}
    assert {event["phase"] for event in every("events")} >= {"start", "end"}
    assert {sample["report"] for sample in every("samples")} >= {"ZoneSample", "LineSample", "CameraHealth"}
    assert {scene.redaction for scene in SCENES} == {"silhouette", "solid", "schematic"}
    for field in ("removed", "still", "foreground", "unknown", "hits"):
        assert every(field), field
    assert any(row.get("gap") for row in recorded("gap"))


@pytest.mark.parametrize("mode", ["solid", "schematic"])
def test_the_events_of_a_bag_are_those_of_every_redaction_mode(mode: RedactionMode, tmp_path: Path) -> None:
    (bag,) = (scene for scene in SCENES if scene.name == "bag")
    text = replace(bag, redaction=mode).record(tmp_path)["frames.jsonl"]
    before, now = (
        [{"t": row["t"], "events": [{**event, "evidence": ""} for event in row.get("events", [])]} for row in rows]
        for rows in (recorded("bag"), rows_of(text))
    )
    assert "left_object" in {event["kind"] for row in before for event in row["events"]}
    assert frame_differences(before, now) == []


def test_the_recordings_stay_small() -> None:
    assert sum(path.stat().st_size for path in RECORDED.rglob("*")) < 1_500_000
