"""A rollout by stations: the stages, and whether the next one may begin. Arithmetic only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Stages = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class RolloutPolicy:
    """When a rollout goes on and when it halts.

    observed_s: time after the last report of a stage, before the next stage. longest_s: most time of a stage.
    most_refused, most_worse: units of all stages so far that may refuse, or report worse health; more is a halt.
    growth: how many times as many stations the next stage has.
    """

    observed_s: float = 900.0
    longest_s: float = 86_400.0
    most_refused: int = 0
    most_worse: int = 0
    growth: int = 4


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """One unit of the stages that have begun.

    outcome: None while it has not reported. failing_before, failing_now: cameras without a usable picture, before
    the rollout and now. is_silent: it has stopped reporting.
    """

    unit: str
    outcome: Literal["applied", "refused"] | None = None
    failing_before: int = 0
    failing_now: int = 0
    is_silent: bool = False

    @property
    def is_worse(self) -> bool:
        """Whether its health is worse since it applied the configuration."""
        return self.outcome == "applied" and (self.is_silent or self.failing_now > self.failing_before)


@dataclass(frozen=True, slots=True)
class RolloutStep:
    """What follows. reason: a sentence for staff, empty while nothing is wrong."""

    kind: Literal["wait", "advance", "finish", "halt"]
    reason: str = ""


def stages_of(stations: Collection[str], canaries: Sequence[str], growth: int) -> Stages:
    """Return the stations of each stage: first the canaries, then `growth` times as many as before, by name."""
    chosen = set(canaries)
    first = tuple(name for name in dict.fromkeys(canaries) if name in stations)
    left = sorted(name for name in set(stations) if name not in chosen)
    stages, size = [first] if first else [], max(1, len(first))
    while left:
        size = size * growth if stages else size
        stages.append(tuple(left[:size]))
        left = left[size:]
    return tuple(stages)


def step_of(
    units: Sequence[UnitProgress], policy: RolloutPolicy, stage_s: float, since_report_s: float, is_last: bool
) -> RolloutStep:
    """Return what follows for a rollout.

    units: those of all stages that have begun. stage_s: time since the stage began. since_report_s: time since the
    last report that a configuration was applied or refused.
    """
    if reason := _regression(units, policy):
        return RolloutStep("halt", reason)
    waiting = [unit.unit for unit in units if unit.outcome is None]
    if waiting and stage_s >= policy.longest_s:
        return RolloutStep("halt", f"no report from {_names(waiting)} within {policy.longest_s:g} s")
    if waiting or since_report_s < policy.observed_s:
        return RolloutStep("wait")
    return RolloutStep("finish" if is_last else "advance")


def undoing(
    units: Sequence[UnitProgress], before: Mapping[str, Mapping[str, object]]
) -> dict[str, dict[str, object]]:
    """Return the settings that take a halted rollout back, for each unit that applied it.

    before: the former values that units reported.
    """
    return {one.unit: dict(before[one.unit]) for one in units if one.outcome == "applied" and before.get(one.unit)}


def _regression(units: Sequence[UnitProgress], policy: RolloutPolicy) -> str:
    refused = [unit.unit for unit in units if unit.outcome == "refused"]
    worse = [unit.unit for unit in units if unit.is_worse]
    if len(refused) > policy.most_refused:
        return f"refused by {_names(refused)}"
    if len(worse) > policy.most_worse:
        return f"worse health at {_names(worse)}"
    return ""


def _names(units: Sequence[str]) -> str:
    more = len(units) - 3
    return ", ".join(units[:3]) + (f" and {more} more" if more > 0 else "")
