"""Targets on the simulated station, and the scenarios with the largest errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64
from passerby.evals.intervals import ANY, NOT_NEGATIVE, SHARE, Interval, seed_intervals
from passerby.evals.play import Take
from passerby.evals.result import Aim
from passerby.evals.scoring import KindScore, pairs_of, score_kinds
from passerby.evals.sim_tables import DAY_S, count_shares, usable, walking


@dataclass(frozen=True, slots=True)
class _Target:
    """A target's name, its limits with exact boxes and with a detector's, the values that its figure can have, and
    its unit. is_least: the figure must be at least the limit."""

    what: str
    exact: float
    detected: float
    bounds: Interval
    unit: str = ""
    is_least: bool = False


TARGETS: dict[str, _Target] = {
    "speed.mae": _Target("speed MAE in the declared area", 0.05, 0.075, NOT_NEGATIVE, "m/s"),
    "speed.bias": _Target("speed bias in the declared area", 0.01, 0.02, ANY, "m/s"),
    "fast.f1": _Target("fast movement F1", 0.98, 0.945, SHARE, is_least=True),
    "fast.false": _Target("fast movement, false alerts per day", 0.0, 1.0, NOT_NEGATIVE),
    "count.bias": _Target("line counting bias", 0.01, 0.03, ANY),
    "count.error": _Target("line counting error", 0.03, 0.08, NOT_NEGATIVE),
    "stay.f1": _Target("loitering F1", 0.98, 0.945, SHARE, is_least=True),
    "track.recall": _Target("intrusion reported within 1 s", 1.0, 0.98, SHARE, is_least=True),
    "track.false": _Target("intrusion, false alerts", 0.0, 0.0, NOT_NEGATIVE),
}
QUICK_S = 1.0


def sim_aims(takes: Sequence[Take], *, exact: bool) -> tuple[Aim, ...]:
    """Return every target with its figure."""
    figures, worst = _figures(takes), _worst(takes)
    intervals = seed_intervals(takes, _figures, {key: target.bounds for key, target in TARGETS.items()})
    boxes = "exact" if exact else "detected"
    return tuple(
        Aim(
            f"{boxes}.{key}",
            f"{target.what}, {boxes} boxes",
            target.exact if exact else target.detected,
            figures[key],
            target.unit,
            target.is_least,
            worst[key],
            intervals.get(key),
        )
        for key, target in TARGETS.items()
    )


def _figures(takes: Sequence[Take]) -> dict[str, float | None]:
    by_kind = {score.kind: score for score in score_kinds(takes)}
    nobody = KindScore("", 0, 0, 0, (), ())
    fast, stay, track = (by_kind.get(k, nobody) for k in ("fast_movement", "loitering", "intrusion"))
    speeds = usable(walking(takes)).window_mps
    bias, error = count_shares(takes)
    quick = sum(since <= QUICK_S + 1e-9 for since in track.since_s)
    return {
        "speed.mae": _mean(np.abs(speeds)),
        "speed.bias": _mean(speeds),
        "fast.f1": fast.f1,
        "fast.false": fast.false * DAY_S / max(sum(take.seconds for take in takes), 1.0),
        "count.bias": bias,
        "count.error": error,
        "stay.f1": stay.f1,
        "track.recall": quick / track.true if track.true else None,
        "track.false": float(track.false),
    }


def _worst(takes: Sequence[Take]) -> dict[str, str]:
    fast, stay, track = (_wrong(takes, kind) for kind in ("fast_movement", "loitering", "intrusion"))
    speed, count = _speed(takes), _miscounted(takes)
    reported = {"speed": speed, "fast": fast, "count": count, "stay": stay, "track": track}
    return {key: reported[key.partition(".")[0]] for key in TARGETS}


def _mean(values: F64) -> float | None:
    return float(values.mean()) if len(values) else None


def _wrong(takes: Sequence[Take], kind: str) -> str:
    reported = [
        f"{take.scenario} {'missed' if pair.event is None else 'false'} at {pair.when_s:.0f} s"
        for take in takes
        for pair in pairs_of(take)
        if (pair.ideal is None) != (pair.event is None)
        and kind in {one.kind for one in (pair.ideal, pair.event) if one}
    ]
    return ", ".join(reported[:5]) + (f" and {len(reported) - 5} more" if len(reported) > 5 else "")


def _miscounted(takes: Sequence[Take]) -> str:
    off: Counter[str] = Counter()
    for take in takes:
        off[take.scenario] += sum(abs(s - n) for n, s in take.counted().values())
    return ", ".join(f"{name} {wrong}" for name, wrong in off.most_common(4) if wrong)


def _speed(takes: Sequence[Take]) -> str:
    by_name: dict[str, list[Take]] = {}
    for take in takes:
        by_name.setdefault(take.scenario, []).append(take)
    mae = {name: _mean(np.abs(usable(walking(some)).window_mps)) for name, some in by_name.items()}
    known = {name: value for name, value in mae.items() if value is not None}
    worst = sorted(known, key=lambda name: -known[name])[:3]
    return ", ".join(f"{name} {known[name]:.2f} m/s" for name in worst)
