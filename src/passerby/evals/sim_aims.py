"""Targets on the simulated station, and the scenarios with the largest errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from passerby.contracts.arrays import F64
from passerby.evals.intervals import seed_intervals
from passerby.evals.play import Take
from passerby.evals.result import Aim
from passerby.evals.scoring import KindScore, pairs_of, score_kinds
from passerby.evals.sim_tables import DAY_S, count_shares, usable, walking

# Key: name, limit with exact boxes, limit with a detector's, unit, whether the figure must be at least the limit.
AIMS: dict[str, tuple[str, float, float, str, bool]] = {
    "speed.mae": ("speed MAE in the declared area", 0.05, 0.075, "m/s", False),
    "speed.bias": ("speed bias in the declared area", 0.01, 0.02, "m/s", False),
    "fast.f1": ("fast movement F1", 0.98, 0.945, "", True),
    "fast.false": ("fast movement, false alerts per day", 0.0, 1.0, "", False),
    "count.bias": ("line counting bias", 0.01, 0.03, "", False),
    "count.error": ("line counting error", 0.03, 0.08, "", False),
    "stay.f1": ("loitering F1", 0.98, 0.945, "", True),
    "track.recall": ("intrusion reported within 1 s", 1.0, 0.98, "", True),
    "track.false": ("intrusion, false alerts", 0.0, 0.0, "", False),
}
QUICK_S = 1.0


def sim_aims(takes: Sequence[Take], *, exact: bool) -> tuple[Aim, ...]:
    """Return every target with its figure."""
    figures, worst, intervals = _figures(takes), _worst(takes), seed_intervals(takes, _figures)
    boxes = "exact" if exact else "detected"
    return tuple(
        Aim(
            f"{boxes}.{key}",
            f"{what}, {boxes} boxes",
            one if exact else other,
            figures[key],
            unit,
            least,
            worst[key],
            intervals.get(key),
        )
        for key, (what, one, other, unit, least) in AIMS.items()
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
    return {key: reported[key.partition(".")[0]] for key in AIMS}


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
