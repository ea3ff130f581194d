"""The events that a pipeline without error would report, from the ground truth, and the check of a scenario's
`expected`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import shapely

from passerby.contracts.rules import (
    CounterFlowRule,
    CrowdingRule,
    FallRule,
    FastMovementRule,
    IntrusionRule,
    LeftObjectRule,
    LineCrossingRule,
    LoiteringRule,
    MayNeedHelpRule,
    QueueRule,
    Rule,
)
from passerby.sim.against import against
from passerby.sim.ideal import Ideal
from passerby.sim.ledger import Ledger, Stretch
from passerby.sim.outline import zone_px
from passerby.sim.scenario import Expected, Scenario
from passerby.sim.signs import signs
from passerby.sim.surroundings import stops_of

__all__ = ["FAST_DEFAULT_MPS", "Ideal", "differences", "ideal_events"]

FAST_DEFAULT_MPS = 2.3
# A train is in view about this long before it stands, and out of view this long after it starts, seconds.
IN_VIEW_S, OUT_OF_VIEW_S = 6.0, 12.0


def ideal_events(scenario: Scenario, camera: str, ledger: Ledger) -> list[Ideal]:
    """Every event of a camera's rules, by time."""
    model = next(c for c in scenario.cameras if c.name == camera)
    found = [event for rule in model.rules for event in _of_rule(rule, scenario, ledger)]
    return sorted(found, key=lambda event: (event.began_s, event.kind, event.person))


def _of_rule(rule: Rule, scenario: Scenario, ledger: Ledger) -> Iterator[Ideal]:
    match rule:
        case LineCrossingRule():
            for c in ledger.crossings:
                if c.line == rule.line and rule.direction in {"any", c.direction}:
                    yield Ideal(rule.kind, c.line, c.person, c.t_s)
        case CrowdingRule():
            yield from _crowding(rule, scenario, ledger)
        case QueueRule():
            # A queue in metres is not evaluated: its bends are not in the ground truth.
            limit = float(rule.people or np.inf)
            yield from _held(rule, limit, [(t_s, count.get(rule.zone, 0)) for t_s, count in ledger.standing])
        case CounterFlowRule():
            yield from against(rule, ledger)
        case FallRule() | LeftObjectRule() | MayNeedHelpRule():
            for person, began_s in signs(rule, scenario, ledger):
                yield Ideal(rule.kind, rule.zone, person, began_s, ledger.bared.get(person))
        case _:
            yield from _of_stretches(rule, scenario, ledger)


def _of_stretches(
    rule: FastMovementRule | LoiteringRule | IntrusionRule, scenario: Scenario, ledger: Ledger
) -> Iterator[Ideal]:
    for stretch in ledger.stretches:
        if stretch.place == rule.zone and _holds(rule, stretch, scenario):
            yield Ideal(rule.kind, stretch.place, stretch.person, stretch.from_s)


def _holds(rule: FastMovementRule | LoiteringRule | IntrusionRule, stretch: Stretch, scenario: Scenario) -> bool:
    length_s = stretch.to_s - stretch.from_s
    match rule:
        case FastMovementRule():
            fast = stretch.peak >= (rule.speed_mps or FAST_DEFAULT_MPS)
            return stretch.kind == "fast" and fast and length_s >= rule.hold_s
        case LoiteringRule() if rule.clock == "departures":
            return stretch.kind == "stay" and _missed(rule, stretch, scenario) >= rule.departures
        case LoiteringRule():
            return stretch.kind == "stay" and length_s >= rule.dwell_s
        case IntrusionRule():
            return stretch.kind == "stay" and length_s >= rule.hold_s


def _missed(rule: LoiteringRule, stretch: Stretch, scenario: Scenario) -> int:
    """Trains that a person missed at every track in service: there before the train was in view and after it had
    left."""
    tracks = {table.track for table in scenario.trains}
    if rule.track is not None:
        tracks &= {track_of_zone(scenario, rule.track)}
    let_go = [
        stop.track
        for stop in stops_of(scenario.trains)
        if stretch.from_s < stop.arrive_s - IN_VIEW_S and stop.depart_s + OUT_OF_VIEW_S <= stretch.to_s
    ]
    return min((let_go.count(track) for track in tracks), default=0)


def track_of_zone(scenario: Scenario, zone: str) -> str:
    """Return which track of the layout a zone of kind track lies on: the nearest."""
    corners = next(z.polygon_m for z in scenario.zones if z.name == zone)
    y = float(np.mean([corner[1] for corner in corners]))
    return min(scenario.layout.tracks, key=lambda track: abs(track.edge_y_m - y)).name


def _crowding(rule: CrowdingRule, scenario: Scenario, ledger: Ledger) -> Iterator[Ideal]:
    zone = next(z for z in scenario.zones if z.name == rule.zone)
    limit = float(rule.people or 0)
    if rule.density_per_m2 is not None:
        ring = np.array(zone_px(zone, ledger.camera))
        limit = rule.density_per_m2 * float(shapely.Polygon(ledger.camera.to_floor(ring)).area)
    yield from _held(rule, limit, [(t_s, count.get(rule.zone, 0)) for t_s, count in ledger.counts])


def _held(rule: CrowdingRule | QueueRule, limit: float, counts: list[tuple[float, int]]) -> Iterator[Ideal]:
    """Intervals in which a count was at or above `limit` for the rule's time, until it was clearly below."""
    since: float | None = None
    reported = False
    for t_s, people in counts:
        if people < limit * (rule.clear_ratio if reported else 1.0):
            since, reported = None, False
        elif since is None:
            since = t_s
        elif t_s - since >= rule.hold_s and not reported:
            reported = True
            yield Ideal(rule.kind, rule.zone, 0, since)


def differences(scenario: Scenario, camera: str, ledger: Ledger, actors: dict[str, int]) -> list[str]:
    """The differences between ground truth and `expected`; empty if there are none. actors: name to person
    number."""
    want, out = scenario.expected, []
    for line, counts in want.lines.items():
        got = ledger.line_counts().get(line)
        if got != counts:
            out.append(f"line {line}: expected {counts}, is {got}")
    if want.people_max and not want.people_max[0] <= ledger.people_max <= want.people_max[1]:
        out.append(f"people_max: expected {want.people_max}, is {ledger.people_max}")
    calls = sum(stop.depart_s <= scenario.seconds for stop in stops_of(scenario.trains))
    if want.trains is not None and calls != want.trains:
        out.append(f"trains: expected {want.trains}, are {calls}")
    out += _of_actors(want, ledger, actors)
    return out + _of_events(want, ideal_events(scenario, camera, ledger), actors)


def _of_actors(want: Expected, ledger: Ledger, actors: dict[str, int]) -> list[str]:
    out = []
    first = ledger.zones[0].name if ledger.zones else ""
    for name, (low, high) in want.dwell_s.items():
        dwells = [s for s in ledger.stretches if (s.kind, s.place, s.person) == ("stay", first, actors[name])]
        dwell = sum(s.to_s - s.from_s for s in dwells)
        if not low <= dwell <= high:
            out.append(f"dwell of {name}: expected {low} to {high} s, is {dwell:.2f} s")
    for name, (low, high) in want.speed_mps.items():
        peak = ledger.peaks.get(actors[name], 0.0)
        if not low <= peak <= high:
            out.append(f"speed of {name}: expected {low} to {high} m/s, is {peak:.3f} m/s")
    return out


def _of_events(want: Expected, ideal: list[Ideal], actors: dict[str, int]) -> list[str]:
    out = []
    if want.nothing and ideal:
        out.append(f"nothing expected, but {Counter((e.kind, e.place) for e in ideal)}")
    for event in want.events:
        fits = [e for e in ideal if (e.kind, e.place) == (event.kind, event.place)]
        if event.actor:
            fits = [e for e in fits if e.person == actors[event.actor]]
        if event.began_s:
            fits = [e for e in fits if event.began_s[0] <= e.began_s <= event.began_s[1]]
        if len(fits) != event.count:
            out.append(f"{event.kind} at {event.place}: expected {event.count}, are {len(fits)}")
    return out
