"""Ground truth of falls, dwell, pacing and left objects."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from passerby.contracts.rules import FallRule, LeftObjectRule, MayNeedHelpRule
from passerby.sim.ledger import Ledger, Path, Stretch
from passerby.sim.scenario import Scenario
from passerby.sim.surroundings import stops_of

# A train is in view from about this long before it stands until this long after it leaves.
IN_VIEW_S = 8.0
Sign = tuple[int, float]


def signs(rule: FallRule | LeftObjectRule | MayNeedHelpRule, scenario: Scenario, ledger: Ledger) -> Iterator[Sign]:
    """Yield the people (an object has its owner's number, below zero) that fulfil the rule, with the start."""
    mine = [stretch for stretch in ledger.stretches if stretch.place == rule.zone]
    if isinstance(rule, FallRule):
        yield from _long(mine, "lying", rule.lying_s)
    elif isinstance(rule, LeftObjectRule):
        yield from _long(mine, "thing", rule.still_s)
    else:
        yield from _at_the_edge(rule, scenario, ledger, mine)


def _at_the_edge(rule: MayNeedHelpRule, scenario: Scenario, ledger: Ledger, mine: list[Stretch]) -> Iterator[Sign]:
    reported: dict[int, float] = {}
    found: list[Sign] = []
    if rule.edge_dwell_s is not None:
        alone = [part for stretch in mine if stretch.kind == "stay" for part in _without_trains(stretch, scenario)]
        found += _long(alone, "stay", rule.edge_dwell_s)
    if rule.object_still_s is not None:
        found += _long(mine, "thing", rule.object_still_s)
    for (place, person), path in ledger.paths.items():
        if place == rule.zone and rule.pacing_turns is not None:
            times = turns(path, rule.pacing_leg_m)
            for first, last in zip(times, times[rule.pacing_turns - 1 :], strict=False):
                if last - first <= rule.pacing_window_s:
                    found.append((person, first))
    for person, began_s in sorted(found, key=lambda sign: sign[1]):
        if person not in reported:
            reported[person] = began_s
            yield person, began_s


def turns(path: Path, leg_m: float) -> list[float]:
    """Return the times at which a person turned back by at least `leg_m` along the longest direction of their
    path."""
    places = np.array(path)[:, 1:]
    _, _, axes = np.linalg.svd(places - places.mean(axis=0), full_matrices=False)
    along = (places @ axes[0]).tolist()
    found, extreme, direction = [], along[0], 0
    for (t_s, *_), here in zip(path, along, strict=True):
        step = here - extreme
        if direction == 0 and abs(step) >= leg_m:
            direction, extreme = (1 if step > 0 else -1), here
        elif direction and step * direction > 0:
            extreme = here
        elif direction and abs(step) >= leg_m:
            found.append(t_s)
            direction, extreme = -direction, here
    return found


def _long(stretches: list[Stretch], kind: str, least_s: float) -> list[Sign]:
    fits = [s for s in stretches if s.kind == kind and s.to_s - s.from_s >= least_s]
    return [(stretch.person, stretch.from_s) for stretch in fits]


def _without_trains(dwell: Stretch, scenario: Scenario) -> Iterator[Stretch]:
    """Remove the times with a train from a dwell."""
    from_s = dwell.from_s
    for stop in stops_of(scenario.trains):
        begin_s, end_s = stop.arrive_s - IN_VIEW_S, stop.depart_s + IN_VIEW_S
        if end_s > from_s and begin_s < dwell.to_s:
            yield Stretch(dwell.kind, dwell.place, dwell.person, from_s, max(from_s, begin_s))
            from_s = min(end_s, dwell.to_s)
    yield Stretch(dwell.kind, dwell.place, dwell.person, from_s, dwell.to_s)
