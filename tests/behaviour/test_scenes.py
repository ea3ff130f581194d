"""Every scene in tests/scenes gives what it must, at every frame rate and with late and lost frames."""

from __future__ import annotations

from typing import Any

import pytest

from passerby.contracts.events import Event, ZoneSample
from support.floor_scene import SCENES, Sampling, Scene, load
from support.replayed import Loop, measure, run_scene

NAMES = sorted(path.stem for path in SCENES.glob("*.toml"))
WAYS = {
    "5 fps": Sampling(fps=5),
    "25 fps": Sampling(fps=25),
    "late and dropped": Sampling(fps=12.5, late_s=0.03, drop=0.15, seed=5),
    "noisy feet": Sampling(fps=12.5, noise_px=1.0, seed=7),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_scene_gives_what_it_must(name: str, way: str) -> None:
    scene, how = load(SCENES / f"{name}.toml"), WAYS[way]
    outcome = run_scene(scene, how)
    expected_lines = {line: tuple(counts) for line, counts in scene.expect.get("lines", {}).items()}
    assert {line: outcome.counts()[line] for line in expected_lines} == expected_lines
    if "events" in scene.expect:
        _check_events(scene, how, outcome.reported())
    _check_peaks(scene, outcome)


def test_there_are_scenes_for_every_rule() -> None:
    kinds = {rule.kind for name in NAMES for rule in load(SCENES / f"{name}.toml").camera.rules}
    assert kinds == {"line_crossing", "fast_movement", "loitering", "intrusion", "crowding"}
    assert len(NAMES) >= 10


def _check_events(scene: Scene, how: Sampling, reported: list[Event]) -> None:
    wanted = [want for want in scene.expect["events"] for _ in range(want.get("times", 1))]
    assert [e.kind for e in reported] == [want["kind"] for want in wanted]
    # Two frames: one where it begins and one where it ends, each seen up to a frame late, and a dropped one.
    slack_s = scene.expect.get("within_s", 0.0) + 2 / how.fps + (3 / how.fps if how.drop else 0) + 0.1
    for event, want in zip(reported, wanted, strict=True):
        _check_event(event, want, slack_s)


def _check_event(event: Event, want: dict[str, Any], slack_s: float) -> None:
    if "began_s" in want:
        assert event.began_s == pytest.approx(want["began_s"], abs=slack_s)
    for name in ("dwell", "inside", "duration"):
        if name in want:
            assert measure(event, name) == pytest.approx(want[name], abs=slack_s), name
    if "speed" in want:
        value, tolerance = want["speed"]
        assert measure(event, "speed") == pytest.approx(value, abs=tolerance)
    assert event.people == want.get("people", 1)
    assert event.severity == want.get("severity", event.severity)


def _check_peaks(scene: Scene, outcome: Loop) -> None:
    for zone, peak in scene.expect.get("peak", {}).items():
        samples = [s for s in outcome.samples if isinstance(s, ZoneSample) and s.zone == zone]
        assert max(s.count_max for s in samples) == peak
