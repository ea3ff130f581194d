"""The scene of one camera, and that a failure in it is a loss and nothing more."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from passerby.contracts.config import Camera, Zone
from passerby.contracts.rules import FallRule, LeftObjectRule, MayNeedHelpRule, Rule
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState
from passerby.pixels.redact import Redactor
from passerby.scene.place import Place
from passerby.scene.watch import SceneWatch
from support.seen import found, frame, tracked

WH = (160, 96)
TRACK = Zone(name="track 1", kind="track", polygon_px=((0, 0), (80, 0), (80, 96), (0, 96)))
HALL = Zone(name="hall", polygon_px=((0, 0), (160, 0), (160, 96), (0, 96)))


def scene(*rules: Rule, zones: tuple[Zone, ...] = (HALL,), lost: Counter[str] | None = None) -> SceneWatch:
    camera = Camera(name="platform-1", source="v.mp4", zones=zones, rules=rules)
    return SceneWatch(camera, WH, Place(WH, WH), None, Counter() if lost is None else lost)


def test_a_frame_can_be_drawn_once_it_was_seen() -> None:
    lost: Counter[str] = Counter()
    look = scene(lost=lost).step(frame(WH), found(wh=WH), tracked(wh=WH)).look
    assert look is not None
    assert Redactor(WH).draw(look).wh == WH
    assert not lost


def test_a_failure_is_a_counted_loss_and_no_picture() -> None:
    lost: Counter[str] = Counter()
    view = scene(lost=lost).step(frame(WH), found(wh=(10, 10)), tracked(wh=WH))
    assert view.look is None, "boxes of another picture"
    assert lost == {"pictures that could not be redacted": 1}


ASKING: list[tuple[Rule, bool, str]] = [
    (LeftObjectRule(kind="left_object", zone="hall"), True, "left_object"),
    (MayNeedHelpRule(kind="may_need_help", zone="hall"), True, "may_need_help"),
    (
        MayNeedHelpRule(kind="may_need_help", zone="hall", object_still_s=None),
        False,
        "may_need_help without things",
    ),
    (FallRule(kind="fall", zone="hall"), False, "fall"),
]


@pytest.mark.parametrize(("rule", "asks", "why"), ASKING, ids=[c[2] for c in ASKING])
def test_things_are_looked_for_only_where_a_rule_asks(rule: Rule, asks: bool, why: str) -> None:
    watch = scene(rule)
    objects = None
    for k in range(400):
        bgr = np.full((WH[1], WH[0], 3), 90, np.uint8)
        if k > 300:
            bgr[60:76, 100:112] = 220
        tracks = tracked([(4, 40, 14, 70)] if k < 8 else [], k / 4, wh=WH)
        objects = watch.step(frame(WH, k / 4, bgr=bgr), found([], k / 4, wh=WH), tracks).objects
    assert objects is not None
    assert bool(len(objects)) is asks, why


class Elsewhere:
    """A source that says a train left, whatever the picture shows."""

    def merged(self, seen: tuple[TrainState, ...], at: Timestamp) -> tuple[TrainState, ...]:
        return (*seen, TrainState("track 2", False, at, 5))


def test_trains_of_the_picture_and_of_others_come_together() -> None:
    camera = Camera(name="platform-1", source="v.mp4", zones=(TRACK,))
    watch = SceneWatch(camera, WH, Place(WH, WH), Elsewhere(), Counter())
    trains = watch.step(frame(WH), found(wh=WH), tracked(wh=WH)).trains
    assert [(s.track, s.departures) for s in trains] == [("track 1", 0), ("track 2", 5)]
    watch.reset()
    without_picture = watch.step(None, None, tracked(seconds=1.0, wh=WH)).trains
    assert [(s.track, s.departures) for s in without_picture] == [("track 2", 5)], "others know without a picture"
    assert scene().step(frame(WH), found(wh=WH), tracked(wh=WH)).trains == (), "no track, no trains"
