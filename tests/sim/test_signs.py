"""The truth about signs, by stretches and paths written by hand."""

from __future__ import annotations

import math

import pytest

from passerby.contracts.rules import FallRule, LeftObjectRule, MayNeedHelpRule
from passerby.sim.ledger import Ledger, Path, Stretch
from passerby.sim.library import load_scenario
from passerby.sim.signs import IN_VIEW_S, signs, turns
from passerby.sim.station import camera_of

PACER = load_scenario("pacer")  # a train stands from 60 s to 84 s
HELP = MayNeedHelpRule(kind="may_need_help", zone="edge")


def ledger(*stretches: Stretch, path: Path | None = None) -> Ledger:
    made = Ledger(camera_of(PACER.cameras[0]), (), ())
    made.stretches.extend(stretches)
    if path:
        made.paths["edge", 7] = path
    return made


def dwell(from_s: float, to_s: float, kind: str = "stay", place: str = "edge", person: int = 1) -> Stretch:
    return Stretch(kind, place, person, from_s, to_s)


CASES = [
    (HELP, [dwell(0, 31)], [(1, 0.0)], "half a minute at the edge"),
    (HELP, [dwell(0, 29)], [], "a moment less"),
    (HELP, [dwell(0, 31, place="platform")], [], "elsewhere"),
    (HELP, [dwell(25, 90)], [], "a train came in between, and the rest is short"),
    (HELP, [dwell(25, 84 + IN_VIEW_S + 30)], [(1, 84 + IN_VIEW_S)], "stays on after it has gone"),
    (HELP, [dwell(0, 31), dwell(100, 140)], [(1, 0.0)], "one person is told once"),
    (HELP, [dwell(0, 61, kind="thing", person=-3)], [(-3, 0.0)], "a thing at the edge"),
    (FallRule(kind="fall", zone="edge"), [dwell(3, 9, kind="lying")], [(1, 3.0)], "lies for 6 s"),
    (FallRule(kind="fall", zone="edge"), [dwell(3, 7, kind="lying")], [], "lies for 4 s"),
    (
        LeftObjectRule(kind="left_object", zone="edge"),
        [dwell(0, 61, kind="thing", person=-3)],
        [(-3, 0.0)],
        "a bag",
    ),
    (LeftObjectRule(kind="left_object", zone="edge"), [dwell(0, 61)], [], "somebody who waits is no thing"),
]


@pytest.mark.parametrize(("rule", "stretches", "want", "why"), CASES, ids=[c[3] for c in CASES])
def test_signs(
    rule: FallRule | LeftObjectRule | MayNeedHelpRule,
    stretches: list[Stretch],
    want: list[tuple[int, float]],
    why: str,
) -> None:
    assert list(signs(rule, PACER, ledger(*stretches))) == want, why


def walk(turn_m: float, seconds: int, speed_mps: float = 1.0) -> Path:
    """To and fro over `turn_m`, obliquely to both axes."""
    way = [abs((speed_mps * t + turn_m) % (2 * turn_m) - turn_m) for t in range(seconds)]
    return [(float(t), d * math.cos(0.3), d * math.sin(0.3)) for t, d in enumerate(way)]


def test_turns_are_reported_when_a_whole_leg_has_been_walked_back() -> None:
    assert turns(walk(5, 21), 1.9) == [7.0, 12.0, 17.0]
    assert turns(walk(1, 60), 2.0) == []


def test_a_pacer_is_a_sign_and_somebody_who_turns_seldom_is_none() -> None:
    ((person, began_s),) = signs(HELP, PACER, ledger(path=walk(5, 60)))
    assert (person, 7 <= began_s <= 8) == (7, True)
    assert list(signs(HELP, PACER, ledger(path=walk(50, 200)))) == []
