"""Every fault is reported within 10 s and ends; what is normal in a station is no fault."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.config import Zone
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState
from passerby.pixels.frame import U8
from passerby.scene.optics.watch import OpticsWatch
from support.optics import (
    WH,
    Change,
    as_it_is,
    blurred,
    frame_of,
    grey,
    run,
    scaled,
    turned,
    view,
    with_patch,
)

WARM_S, FAULT_S = 30, 20
BLUE = with_patch(np.full((360, 640, 3), (150, 40, 10), np.uint8), 0, 0)


def soft(w: int, h: int) -> U8:
    """A hand close to the lens: no edges."""
    x = np.linspace(60, 110, w)[None, :, None]
    return np.ascontiguousarray(np.broadcast_to(x, (h, w, 3)).astype(np.uint8))


def people(picture: U8) -> U8:
    """A crowd that moves: other edges at every look."""
    people.moment += 1  # type: ignore[attr-defined]
    other = view(100 + people.moment)  # type: ignore[attr-defined]
    out = picture.copy()
    out[60:] = other[60:]
    return out


people.moment = 0  # type: ignore[attr-defined]

FAULTS: list[tuple[Change, str, str]] = [
    (blurred(3.0), "camera_blurred", "out of focus"),
    (scaled(0.05), "camera_dark", "lamps off"),
    (scaled(9.0), "camera_bright", "a lamp into the lens"),
    (turned(20), "camera_moved", "turned by 3 % of the picture"),
    (turned(90), "camera_moved", "turned by 14 %"),
    (turned(400), "camera_moved", "turned so far that hardly anything is left of its view"),
    (with_patch(soft(640, 360), 0, 0), "camera_covered", "all covered"),
    (with_patch(soft(260, 360), 0, 0), "camera_covered", "40 % covered"),
    (grey, "camera_infrared", "day and night switch"),
]


@pytest.mark.parametrize(("change", "kind", "why"), FAULTS, ids=[case[2] for case in FAULTS])
def test_a_fault_is_reported_within_ten_seconds_and_ends(change: Change, kind: str, why: str) -> None:
    watch = OpticsWatch((), WH)
    assert run(watch, as_it_is, 0, WARM_S) == []
    found = run(watch, change, WARM_S, WARM_S + FAULT_S)
    assert [name for _, name in found] == [kind], why
    assert found[0][0] <= 10
    run(watch, as_it_is, WARM_S + FAULT_S, WARM_S + FAULT_S + 12)
    assert run(watch, as_it_is, WARM_S + FAULT_S + 12, WARM_S + FAULT_S + 20) == []


def through_water(picture: U8) -> U8:
    """A drop before 70 % of the view: what is behind it is turned round and out of focus."""
    out = blurred(3.0)(picture)
    out[:, :450] = blurred(5.0)(picture)[::-1, :450]
    return out


@pytest.mark.parametrize(
    ("change", "kinds", "why"),
    [
        (through_water, ["camera_blurred"], "all edges of the picture are soft, also those of the place"),
        (
            lambda picture: with_patch(soft(260, 360), 0, 0)(blurred(3.0)(picture)),
            ["camera_blurred", "camera_covered"],
            "a hand has no edges at all",
        ),
    ],
)
def test_soft_edges_show_no_cover_before_a_blurred_picture(change: Change, kinds: list[str], why: str) -> None:
    watch = OpticsWatch((), WH)
    assert run(watch, as_it_is, 0, WARM_S) == []
    run(watch, blurred(3.0), WARM_S, WARM_S + 12)
    found = run(watch, change, WARM_S + 12, WARM_S + 12 + FAULT_S)
    assert sorted(kind for _, kind in found) == kinds, why


def test_a_frozen_picture_is_reported_within_thirty_seconds() -> None:
    watch = OpticsWatch((), WH)
    run(watch, as_it_is, 0, WARM_S)
    ((after_s, kind),) = run(watch, as_it_is, WARM_S, WARM_S + 40, grain=False)
    assert (kind, after_s <= 30) == ("camera_frozen", True)


def test_a_picture_of_one_flat_colour_is_no_signal() -> None:
    watch = OpticsWatch((), WH)
    run(watch, as_it_is, 0, WARM_S)
    ((after_s, kind),) = run(watch, BLUE, WARM_S, WARM_S + 20, grain=False)
    assert (kind, after_s <= 10) == ("camera_no_signal", True)


def test_a_fault_from_the_first_picture_on_is_reported_when_it_cannot_be_a_start() -> None:
    watch = OpticsWatch((), WH)
    ((after_s, kind),) = run(watch, BLUE, 0, 100, grain=False)
    assert kind == "camera_no_signal"
    assert 55 <= after_s <= 70


NORMAL: list[tuple[Change, str]] = [
    (as_it_is, "nothing happens"),
    (scaled(0.6), "the light is dimmed"),
    (scaled(1.5), "the sun comes out"),
    (people, "a crowd fills the picture"),
    (with_patch(view(9)[:200, :250], 200, 100), "something new with edges stands there"),
    (with_patch(soft(60, 60), 300, 200), "a small thing without edges"),
    (blurred(0.7), "a little soft"),
]


@pytest.mark.parametrize(("change", "why"), NORMAL, ids=[case[1] for case in NORMAL])
def test_normal_life_is_no_fault(change: Change, why: str) -> None:
    watch = OpticsWatch((), WH)
    run(watch, as_it_is, 0, WARM_S)
    assert run(watch, change, WARM_S, WARM_S + 60) == [], why


def test_a_train_that_fills_most_of_the_picture_is_no_fault() -> None:
    zone = Zone(name="track", kind="track", polygon_px=((0, 200), (640, 200), (640, 330), (0, 330)))
    train = with_patch(soft(640, 330), 0, 0)
    here = (TrainState("track", True, Timestamp(0), 0),)
    watch = OpticsWatch((zone,), WH)
    run(watch, as_it_is, 0, WARM_S)
    assert run(watch, train, WARM_S, WARM_S + 60, trains=here) == []
    assert run(OpticsWatch((zone,), WH), as_it_is, 0, WARM_S) == []


def test_a_slow_loss_of_focus_is_reported_before_the_picture_is_blurred() -> None:
    watch = OpticsWatch((), WH)
    run(watch, as_it_is, 0, 400, every_s=4)
    found = run(watch, blurred(0.6), 400, 1400, every_s=4)
    assert [kind for _, kind in found] == ["camera_focus_drift"]


def test_people_who_stood_before_a_bare_wall_at_the_start_leave_no_blurred_picture() -> None:
    bare = np.full((WH[1], WH[0], 3), 120, np.uint8)
    bare[:, :, 1] += np.linspace(0, 60, WH[0]).astype(np.uint8)
    crowd = bare.copy()
    for k in range(9):
        crowd[60:300, 20 + 68 * k : 60 + 68 * k] = (40, 60, 190 - 10 * k)
    boxes = np.array([(20 + 68 * k, 60, 60 + 68 * k, 300) for k in range(9)], np.float32)
    watch = OpticsWatch((), WH)
    found = run(watch, lambda _: crowd, 0, 30, people_px=boxes)
    found += run(watch, lambda _: bare, 30, 400)
    assert found == []


def test_frames_between_two_samples_repeat_the_health() -> None:
    watch = OpticsWatch((), WH)
    first = watch.step(frame_of(view(), 0.0), ())
    assert watch.step(frame_of(view(2), 0.04), ()) is first


def test_what_is_learned_survives_an_interruption() -> None:
    watch = OpticsWatch((), WH)
    run(watch, as_it_is, 0, WARM_S)
    watch.reset()
    found = run(watch, turned(60), WARM_S + 60, WARM_S + 80)
    assert [kind for _, kind in found] == ["camera_moved"]


def test_daylight_that_comes_and_goes_is_no_loss_of_focus() -> None:
    watch = OpticsWatch((), WH)
    run(watch, scaled(1.2), 0, 300, every_s=4)
    assert run(watch, scaled(0.6), 300, 1500, every_s=4) == []
