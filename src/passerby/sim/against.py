"""Ground truth of counter flow: people who walked against the direction of a zone, from complete paths."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from passerby.contracts.arrays import F64
from passerby.contracts.rules import CounterFlowRule
from passerby.sim.ideal import Ideal
from passerby.sim.ledger import Ledger

WALKING_MPS = 0.4
# A heading within 60 degrees of the opposite direction is against the flow.
AGAINST_COS = -0.5
# Without an arrow there is a right direction if three people walk it for each one who does not.
CLEAR = 0.5


def against(rule: CounterFlowRule, ledger: Ledger) -> Iterator[Ideal]:
    """Return the people who walked against the zone's direction long and far enough; groups are not evaluated."""
    in_zone = {who: path for (zone, who), path in ledger.paths.items() if zone == rule.zone}
    paths = {who: np.array(path) for who, path in in_zone.items() if len(path) > 1}
    right = _given(rule, ledger) if rule.direction_px else _main(list(paths.values()))
    if right is None or rule.min_people > 1:
        return
    for person, path in paths.items():
        began_s = _first(path, right, rule)
        if began_s is not None:
            yield Ideal(rule.kind, rule.zone, person, began_s)


def _first(path: F64, right: F64, rule: CounterFlowRule) -> float | None:
    """Return the start of walking against the flow, if the person got far enough."""
    step = np.diff(path, axis=0)
    speed = np.linalg.norm(step[:, 1:], axis=1) / step[:, 0]
    along = step[:, 1:] @ right / step[:, 0]
    wrong = (along <= -WALKING_MPS) & (along <= AGAINST_COS * speed)
    began = None
    for k in range(len(step)):
        if not wrong[k]:
            began = None
            continue
        began = k if began is None else began
        got_m = float((path[began, 1:] - path[k + 1, 1:]) @ right)
        if got_m >= rule.travel_m and path[k + 1, 0] - path[began, 0] >= rule.hold_s:
            return float(path[began, 0])
    return None


def _given(rule: CounterFlowRule, ledger: Ledger) -> F64:
    start, end = ledger.camera.to_floor(np.array(rule.direction_px))
    return np.asarray((end - start) / np.linalg.norm(end - start))


def _main(paths: list[F64]) -> F64 | None:
    """The direction of most of the walking; None if there is none."""
    steps = np.concatenate([np.diff(path, axis=0) for path in paths] or [np.zeros((0, 3))])
    length = np.linalg.norm(steps[:, 1:], axis=1)
    walked = length >= WALKING_MPS * steps[:, 0]
    headings = steps[walked, 1:] / length[walked, None]
    total = headings.sum(axis=0)
    clear = len(headings) > 0 and np.linalg.norm(total) >= CLEAR * len(headings)
    return np.asarray(total / np.linalg.norm(total)) if clear else None
