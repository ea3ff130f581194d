"""How a camera is redacted changes its pictures and nothing else: one film gives the same events in every mode."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from passerby.contracts.events import Event
from passerby.contracts.settings import RedactionMode
from support.golden.scenes import SCENES, Scene

# Those with rules that need the foreground: objects that were left, and objects near a platform's edge.
WITH_OBJECTS = [scene for scene in SCENES if scene.name in ("bag", "intruder", "train")]
MODES: tuple[RedactionMode, ...] = ("silhouette", "solid", "schematic")


def events_of(scene: Scene, folder: Path) -> list[Event]:
    outputs, _ = scene.play(folder)
    return [replace(event, evidence=None) for output in outputs for event in output.events]


@pytest.mark.slow
@pytest.mark.parametrize("scene", WITH_OBJECTS, ids=lambda scene: scene.name)
def test_events_do_not_depend_on_the_redaction_mode(scene: Scene, tmp_path: Path) -> None:
    silhouette, solid, schematic = (events_of(replace(scene, redaction=mode), tmp_path / mode) for mode in MODES)
    assert silhouette
    assert silhouette == solid == schematic


def test_objects_are_among_these_events(tmp_path: Path) -> None:
    (bag,) = [scene for scene in WITH_OBJECTS if scene.name == "bag"]
    kinds = {event.kind for event in events_of(replace(bag, redaction="schematic"), tmp_path)}
    assert "left_object" in kinds
