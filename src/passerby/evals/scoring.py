"""Scores of events: found, missed and false per kind, and their delays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from passerby.contracts.events import Event, Phase
from passerby.contracts.rules import (
    CounterFlowRule,
    CrowdingRule,
    FallRule,
    FastMovementRule,
    IntrusionRule,
    LeftObjectRule,
    LoiteringRule,
    MayNeedHelpRule,
    QueueRule,
)
from passerby.evals.matching import TOLERANCE_S, Pair, pair_up
from passerby.evals.play import Take


@dataclass(frozen=True, slots=True)
class KindScore:
    """One kind of event over some takes.

    delay_s: from the time at which the rule should report to the report, per found event.
    since_s: from the true start of the condition.
    """

    kind: str
    true: int
    found: int
    false: int
    delay_s: tuple[float, ...]
    since_s: tuple[float, ...]

    @property
    def precision(self) -> float | None:
        """Fraction of the reported events that are true; None if none was reported."""
        return self.found / (self.found + self.false) if self.found + self.false else None

    @property
    def recall(self) -> float | None:
        """Fraction of the true events that were reported; None if there was none."""
        return self.found / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None if there were no true and no reported events."""
        reported = self.true + self.found + self.false
        return 2 * self.found / reported if reported else None


def pairs_of(take: Take) -> list[Pair]:
    """Pair a take's true events with its incidents: same kind, same place, begun within `TOLERANCE_S`."""
    return pair_up(take.ideals, take.starts, TOLERANCE_S)


def score_kinds(takes: Sequence[Take]) -> list[KindScore]:
    """Return a score per kind of rule of the takes' cameras, or of events, by name."""
    paired = [(take, pair) for take in takes for pair in pairs_of(take)]
    kinds: set[str] = {rule.kind for take in takes for rule in take.camera.rules}
    kinds |= {reported.kind for _, pair in paired for reported in (pair.ideal, pair.event) if reported}
    return [_score(kind, paired) for kind in sorted(kinds)]


def _score(kind: str, paired: Sequence[tuple[Take, Pair]]) -> KindScore:
    mine = [(t, p) for t, p in paired if kind in {reported.kind for reported in (p.ideal, p.event) if reported}]
    both = [(t, p.event, p.event.at_s - p.ideal.began_s) for t, p in mine if p.ideal and p.event]
    return KindScore(
        kind,
        true=sum(p.ideal is not None for _, p in mine),
        found=len(both),
        false=sum(p.ideal is None for _, p in mine),
        delay_s=tuple(late - _holding_s(take, event) for take, event, late in both),
        since_s=tuple(late for _, _, late in both),
    )


def _holding_s(take: Take, event: Event) -> float:
    """Return the minimum time of the rule that reported this event, seconds."""
    match next(iter(take.rules(event.kind, event.place)), None):
        case LoiteringRule(clock="seconds") as rule:
            return float(rule.dwell_s)
        case FastMovementRule() | IntrusionRule() | CrowdingRule() | CounterFlowRule() | QueueRule() as rule:
            return float(rule.hold_s)
        case FallRule() as rule:
            return float(rule.lying_s)
        case LeftObjectRule() as rule:
            return float(rule.still_s)
        case MayNeedHelpRule() as rule:
            reason = next((m.value for m in event.measures if m.name == "reason"), "")
            waits = {"edge_dwell": rule.edge_dwell_s, "left_object": rule.object_still_s}
            return float(waits.get(str(reason)) or 0.0)
        case _:
            return 0.0


def dwell_errors_s(takes: Sequence[Take]) -> list[float]:
    """Return, per correctly reported dwell that has ended, the reported minus the true duration, seconds."""
    errors = []
    for take in takes:
        ends = {event.id: event for event in take.events if event.phase is Phase.END}
        for pair in pairs_of(take):
            if pair.ideal and pair.event and pair.ideal.kind == "loitering" and pair.event.id in ends:
                reported = {m.name: m.value for m in ends[pair.event.id].measures}.get("dwell")
                key = (pair.ideal.place, pair.ideal.person, pair.ideal.began_s)
                dwells = [
                    s for s in take.ledger.stretches if s.kind == "stay" and (s.place, s.person, s.from_s) == key
                ]
                errors += [float(reported) - (s.to_s - s.from_s) for s in dwells if reported is not None]
    return errors
