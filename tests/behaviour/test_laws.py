"""What must hold whatever the scene: time, order, names and rates are not evidence; nobody is remembered."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from passerby.contracts.events import Event, ZoneSample
from passerby.contracts.people import Tracks
from passerby.contracts.time import Timestamp
from support.floor_scene import SCENES, Sampling, Scene, load, parse
from support.replayed import Loop, measure, run_scene
from support.rows import PX_PER_M

# One scene with a rule of every kind and people for each, noisy feet and all.
EVERYTHING: dict[str, Any] = {
    "seconds": 40,
    "camera": {"height_m": 3.5, "tilt_deg": 25, "focal_px": 1100, "wh": (1280, 720)},
    "zones": [
        {"name": "hall", "polygon_m": [(-3, 6), (3, 6), (3, 16), (-3, 16)]},
        {"name": "track", "polygon_m": [(3.2, 6), (5, 6), (5, 16), (3.2, 16)]},
    ],
    "lines": [{"name": "stairs", "from_m": (-3, 10), "to_m": (3, 10)}],
    "rules": [
        {"kind": "line_crossing", "line": "stairs"},
        {"kind": "fast_movement", "zone": "hall"},
        {"kind": "loitering", "zone": "hall", "dwell_s": 15},
        {"kind": "intrusion", "zone": "track"},
        {"kind": "crowding", "zone": "hall", "people": 5, "hold_s": 3},
    ],
    "walkers": [
        {"start_m": (0, 15), "moves": [{"go": (0, 6), "mps": 1.3}], "copies": 3, "apart": {"s": 2, "m": (0.7, 0)}},
        {"start_s": 3, "start_m": (-2.5, 6), "moves": [{"go": (2.5, 15), "mps": 3.6}]},
        {"start_s": 1, "start_m": (-2, 8), "moves": [{"stand_s": 25}]},
        {"start_s": 8, "start_m": (2, 12), "moves": [{"go": (4, 12), "mps": 1}, {"stand_s": 3}]},
        {
            "start_s": 20, "start_m": (-1, 9), "moves": [{"stand_s": 10}, {"go": (-1, 14), "mps": 1.2}],
            "copies": 5, "apart": {"m": (0.5, 0)},
        },
    ],
}  # fmt: skip
SCENE = parse("everything", EVERYTHING)
NOISY = Sampling(fps=10, late_s=0.02, drop=0.05, noise_px=1.0, seed=11)


@functools.cache
def plain() -> Loop:
    """The scene as it is; nobody changes it."""
    return run_scene(SCENE, NOISY)


def words(loop: Loop) -> list[tuple[Any, ...]]:
    """Everything told but its times, without the incidents' numbers."""
    return sorted(((e.kind, e.phase, e.place, e.seq, e.people, e.measures) for e in loop.events), key=repr)


def times(loop: Loop) -> list[float]:
    return sorted(t for e in loop.events for t in (e.began_s, e.at_s))


def test_the_scene_has_something_of_everything() -> None:
    kinds = {event.kind for event in plain().events}
    assert kinds == {"line_crossing", "fast_movement", "loitering", "intrusion", "crowding"}


@pytest.mark.parametrize("shift_s", [0.1, 1 / 3, 86400.7, 1e7])
def test_shifting_time_changes_nothing(shift_s: float) -> None:
    shifted = run_scene(SCENE, dataclasses.replace(NOISY, shift_s=shift_s))
    assert words(shifted) == words(plain())
    # Events tell times to the millisecond.
    assert np.array(times(shifted)) - shift_s == pytest.approx(np.array(times(plain())), abs=0.0011)


@pytest.mark.parametrize(
    "how",
    [{"first_id": 7000}, {"id_step": 13}, {"first_id": 9999, "id_step": -1}],
    ids=["later numbers", "sparse numbers", "falling numbers"],
)
def test_renaming_people_changes_nothing(how: dict[str, int]) -> None:
    assert words(run_scene(SCENE, dataclasses.replace(NOISY, **how))) == words(plain())


def _reordered(frames: Iterator[Tracks]) -> Iterator[Tracks]:
    rng = np.random.default_rng(3)
    columns = ("id", "xyxy_px", "foot_px", "score", "age_s", "confirmed", "predicted")
    for t in frames:
        order = rng.permutation(len(t))
        rows = {name: getattr(t, name)[order] for name in columns}
        yield dataclasses.replace(t, **rows)


def test_shuffling_rows_changes_nothing() -> None:
    shuffled = Loop(SCENE.camera, SCENE.wh).run(_reordered(SCENE.tracks(NOISY))).close()
    assert words(shuffled) == words(plain())
    assert shuffled.counts() == plain().counts()


def test_reversing_every_line_swaps_in_and_out() -> None:
    lines = [{**line, "from_m": line["to_m"], "to_m": line["from_m"]} for line in EVERYTHING["lines"]]
    turned = parse("turned", {**EVERYTHING, "lines": lines})
    into, out = plain().counts()["stairs"]
    assert run_scene(turned, NOISY).counts()["stairs"] == (out, into)
    assert into != out


NAMES = sorted(path.stem for path in SCENES.glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_5_and_25_frames_a_second_report_the_same(name: str) -> None:
    """The same counts and incidents; every duration within a frame of the slower one at either end."""
    scene = load(SCENES / f"{name}.toml")
    slow, quick = run_scene(scene, Sampling(fps=5)), run_scene(scene, Sampling(fps=25))
    assert slow.counts() == quick.counts()
    assert [e.kind for e in slow.reported()] == [e.kind for e in quick.reported()]
    for a, b in zip(slow.reported(), quick.reported(), strict=True):
        assert _times(a) == pytest.approx(_times(b), abs=0.4 + 0.05)


def _times(event: Event) -> list[float]:
    names = [m.name for m in event.measures if m.unit == "s"]
    return [measure(event, name) for name in names]


@pytest.mark.slow
def test_ten_thousand_people_pass_and_nothing_is_remembered_of_them() -> None:
    """Two hundred at a time cross the line, loiter, intrude, crowd, and are gone for good."""
    scene = _busy()
    loop, passed = Loop(scene.camera.model_copy(update={"calibration": None}), scene.wh), 0
    for k, tracks in enumerate(_crowd(10_000)):
        loop.step(tracks)
        passed = max(passed, int(tracks.id.max(initial=0)))
        # Of ten thousand, only the waves of the last ten seconds are remembered: a loiterer may come back, and
        # until then the incident is open.
        assert max(loop.remembered().values()) <= 2001, k
    for later_s in (30, 60):
        loop.step(_empty(tracks.at.s + later_s, ()))
    assert passed == 10_000
    assert loop.remembered() == dict.fromkeys(loop.remembered(), 0)
    assert loop.state._incidents._quiet == []
    loop.close()
    assert loop.counts() == {"line": (10_000, 0)}
    zone = [s for s in loop.samples if isinstance(s, ZoneSample)]
    assert sum(s.entries for s in zone) == sum(s.exits for s in zone) == 10_000


def _busy() -> Scene:
    zone, line = [(0, 0), (20, 0), (20, 7), (0, 7)], {"name": "line", "from_m": (0, 3), "to_m": (20, 3)}
    rules = [
        {"kind": "line_crossing", "line": "line"},
        {"kind": "fast_movement", "zone": "z"},
        {"kind": "loitering", "zone": "z", "dwell_s": 1},
        {"kind": "intrusion", "zone": "z"},
        {"kind": "crowding", "zone": "z", "people": 5, "hold_s": 0},
    ]
    zones = [{"name": "z", "polygon_m": zone}]
    return parse("busy", {"seconds": 1, "walkers": [], "zones": zones, "lines": [line], "rules": rules})


def _crowd(people: int, at_once: int = 200) -> Iterator[Tracks]:
    """Waves of people walk from y = 5 to y = 1 in 2 s at 5 frames a second; then their tracks end."""
    t_s = 0.0
    for first in range(1, people + 1, at_once):
        ids = np.arange(first, first + at_once)
        for y in np.linspace(5, 1, 11):
            x_px, y_px = PX_PER_M * np.linspace(0.1, 19.9, at_once), np.full(at_once, 720 - PX_PER_M * y)
            yield _tracks(t_s, ids, np.column_stack([x_px, y_px]), ())
            t_s += 0.2
        yield _empty(t_s, ids)
        t_s += 0.2


def _empty(t_s: float, removed: Any) -> Tracks:
    return _tracks(t_s, np.zeros(0, np.int64), np.zeros((0, 2)), removed)


def _tracks(t_s: float, ids: Any, foot: Any, removed: Any) -> Tracks:
    n = len(ids)
    box = np.column_stack([foot[:, 0] - 30, foot[:, 1] - 170, foot[:, 0] + 30, foot[:, 1]])
    return Tracks(
        camera="cam", at=Timestamp(round(t_s * 1e9)), frame_wh=(2000, 720), id=ids, xyxy_px=box, foot_px=foot,
        score=np.ones(n), age_s=np.ones(n), confirmed=np.ones(n, bool), predicted=np.zeros(n, bool),
        removed=np.asarray(removed, np.int64),
    )  # fmt: skip
