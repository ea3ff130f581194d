"""The condition of a rule as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from passerby.config.units import plain
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


def condition(rule: Rule, zone_kind: str, level_mps: float, stairs_mps: float) -> str:
    """Return the condition; `level_mps` and `stairs_mps` are the thresholds of a rule without its own speed."""
    if isinstance(rule, FastMovementRule):
        return _fast(rule, rule.speed_mps or (stairs_mps if zone_kind == "stairs" else level_mps))
    return _SENTENCES.get(type(rule), _settings)(rule)


def _crossing(rule: LineCrossingRule) -> str:
    return f"a person crosses, {'in or out' if rule.direction == 'any' else rule.direction}"


def _inside(rule: IntrusionRule) -> str:
    return f"a person is inside for {_s(rule.hold_s)}"


def _fast(rule: FastMovementRule, speed_mps: float) -> str:
    fast = f"a person is faster than {plain(speed_mps)} m/s (minus {plain(rule.sigmas)} sd)"
    rush = f", {rule.min_people} or more in one direction" if rule.min_people > 1 else ""
    return f"{fast} for {_s(rule.hold_s)} and {plain(rule.travel_m)} m{rush}"


def _dwell(rule: LoiteringRule) -> str:
    if rule.clock == "departures":
        which = f"at {rule.track}" if rule.track else "at every track"
        return f"a person stays while {rule.departures} trains depart {which}"
    return f"a person stays longer than {_s(rule.dwell_s)}, absences up to {_s(rule.gap_s)} are ignored"


def _many(rule: CrowdingRule | QueueRule | CounterFlowRule) -> str:
    if isinstance(rule, CounterFlowRule):
        way = "the direction of most people" if rule.direction_px is None else "its arrow"
        who = "a person moves" if rule.min_people == 1 else f"{rule.min_people} people move"
        return f"{who} against {way} for {_s(rule.hold_s)} and {plain(rule.travel_m)} m"
    if isinstance(rule, CrowdingRule):
        what = f"{rule.people} people" if rule.people else f"{plain(rule.density_per_m2 or 0)} people per m2"
    else:
        what = "a queue of " + (f"{rule.people} people" if rule.people else f"{plain(rule.length_m or 0)} m")
    return f"{what} or more for {_s(rule.hold_s)}, until below {rule.clear_ratio:.0%} of that"


def _care(rule: LeftObjectRule | FallRule | MayNeedHelpRule) -> str:
    if isinstance(rule, LeftObjectRule):
        return f"an object is still for {_s(rule.still_s)} with no person within {plain(rule.distance_m)} m"
    if isinstance(rule, FallRule):
        return f"a person lies for {_s(rule.lying_s)}"
    signs = []
    if rule.edge_dwell_s is not None:
        signs.append(f"a person stays longer than {_s(rule.edge_dwell_s)} without a train")
    if rule.pacing_turns is not None:
        signs.append(f"turns {rule.pacing_turns} times within {_s(rule.pacing_window_s)}")
    if rule.object_still_s is not None:
        signs.append(f"an object is left for {_s(rule.object_still_s)}")
    return ", or ".join(signs) or "nothing: all three signs are disabled"


def _settings(rule: Rule) -> str:
    """Return the settings of a rule without a sentence of its own."""
    own = type(rule).__annotations__.keys() - {"kind", "zone", "line"}
    return ", ".join(f"{key} {value}" for key, value in rule if key in own)


_SENTENCES: Mapping[type[Rule], Callable[[Any], str]] = {
    LineCrossingRule: _crossing,
    IntrusionRule: _inside,
    LoiteringRule: _dwell,
    CrowdingRule: _many,
    QueueRule: _many,
    CounterFlowRule: _many,
    LeftObjectRule: _care,
    FallRule: _care,
    MayNeedHelpRule: _care,
}


def _s(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{plain(seconds)} s"
