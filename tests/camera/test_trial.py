"""Rules on trial: the same people, other rules, and nothing else changes."""

from __future__ import annotations

import itertools

from passerby.camera.limits import DetectorLimits
from passerby.camera.state import CameraPorts, CameraState
from passerby.contracts.config import Camera
from passerby.contracts.events import Event, Phase
from support.fakes import every
from support.figures import WH
from support.seen import found
from support.stage import CAMERA, CAST, SECONDS, camera

Told = list[tuple[str, Phase, str, float]]


def played(tried: Camera | None, gap_at_s: float | None = None) -> tuple[list[Event], list[Event]]:
    """The events of the present and of the tried rules."""
    ids = (f"i{n}" for n in itertools.count())
    state = CameraState(camera(), WH, DetectorLimits(0.4), CameraPorts(lambda: next(ids)))
    now, trial = list[Event](), list[Event]()
    for t_s in every(0.1, SECONDS):
        if t_s == gap_at_s:
            now += state.gap()
        state.try_rules(tried)
        boxes = [box for figure in CAST if (box := figure.box(t_s))]
        result = state.step(None, found(boxes, t_s, wh=WH, camera=CAMERA["name"]))
        now += result.events
        trial += result.tried
    return now, trial


def told(events: list[Event]) -> Told:
    return [(e.kind, e.phase, e.place, e.at_s) for e in events]


def test_the_same_rules_raise_the_same_and_a_trial_changes_nothing() -> None:
    alone, nothing = played(None)
    now, trial = played(camera())
    assert nothing == []
    assert told(now) == told(alone) == told(trial)
    assert {e.id for e in now}.isdisjoint(e.id for e in trial)


def test_a_changed_rule_raises_something_else() -> None:
    rules = [{"kind": "loitering", "zone": "platform", "dwell_s": 1}]
    now, trial = played(camera(rules=rules))
    assert {e.kind for e in trial} == {"loitering"}
    first = {
        side: min(e.at_s for e in events if e.kind == "loitering") for side, events in (("n", now), ("t", trial))
    }
    assert first["t"] < first["n"]


def test_a_gap_ends_what_the_trial_had_open() -> None:
    now, trial = played(camera(), gap_at_s=4.0)
    for events in (now, trial):
        ended = [e for e in events if e.phase is Phase.END and e.at_s < 4.0]
        assert ended
    assert sorted(told(now)) == sorted(told(trial))
