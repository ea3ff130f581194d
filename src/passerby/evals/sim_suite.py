"""Suite `sim`: the library of scenarios through the real analysis, with exact boxes or with a detector's.

With exact boxes what is left is the error of tracker, floor and rules; the difference to a detector is the detector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from passerby.contracts.errors import PasserbyError
from passerby.evals import sim_tables as tables
from passerby.evals.play import Settings, Take, play
from passerby.evals.result import Aim, Chart, Report, Series
from passerby.evals.scoring import KindScore, pairs_of, score_kinds
from passerby.evals.speeds import BANDS_M
from passerby.sim.library import load_scenario, names

Tell = Callable[[str, float], None]
# Enough of every scenario to see what it is about, where a detector makes every frame dear.
QUICK_S = 45.0


def sim_suite(settings: Settings, scenarios: Sequence[str] = (), tell: Tell = lambda *_: None) -> Report:
    """Play the scenarios (all of the library without a choice) and sum up. Raises UsageError for unknown names."""
    chosen = [load_scenario(name) for name in scenarios or names()]
    todo = [
        (s.name, camera.name, min(s.seconds, settings.seconds or s.seconds))
        for s in chosen
        for camera in s.cameras
    ]
    total, done_s, takes, refused = sum(t for *_, t in todo), 0.0, list[Take](), list[str]()
    for name, camera, seconds in todo:
        before_s = done_s
        try:
            takes.append(play(name, camera, settings, lambda s, at=before_s: tell(name, (at + s) / total)))  # type: ignore[misc]
        except PasserbyError as error:
            refused.append(f"{name}, {camera}: {error}")
        done_s += seconds
    return report_of(takes, settings, tuple(refused))


def report_of(takes: Sequence[Take], settings: Settings, refused: tuple[str, ...] = ()) -> Report:
    """Sum up takes. Scenarios with a camera fault stand apart: no figure of them is in the totals."""
    clean, faulty = [t for t in takes if not t.is_faulty], [t for t in takes if t.is_faulty]
    detector = settings.detector.info if settings.detector else None
    boxes = f"{detector.name} {detector.input_wh[0]}x{detector.input_wh[1]}" if detector else "of the truth"
    parts = [
        tables.events_table(clean), tables.speed_table(clean), tables.lines_table(clean), tables.dwell_table(clean),
        tables.zones_table(clean), tables.scenario_table(clean),
    ]  # fmt: skip
    if faulty:
        parts.append(tables.scenario_table(faulty))
        parts[-1] = type(parts[-1])(
            "Scenarios with a camera fault, not in the totals", parts[-1].heads, parts[-1].rows
        )
    false, hours, per_day = tables.false_per_day(clean)
    return Report(
        suite="sim",
        title="Simulated station, " + ("detected boxes" if detector else "exact boxes"),
        settings=(
            ("boxes", boxes), ("analysed", f"{settings.fps:g} frames/s"),
            ("picture", f"{settings.width_px or 'full'} px wide" if detector else "not rendered"),
            ("seed", "each scenario's own" if settings.seed is None else str(settings.seed)),
            ("length", f"{hours:.2f} camera-hours"),
        ),
        tables=tuple(parts),
        charts=_charts(clean),
        aims=_aims(clean, exact=detector is None),
        notes=(
            f"{false} false alerts in {hours:.2f} camera-hours of scenes made to provoke them, {per_day:.0f} a day at that "
            f"rate; with none in that time a rate of up to {3 * 24 / max(hours, 1e-9):.0f} a day would still be possible (95 %).",
        ),
        refused=refused,
    )  # fmt: skip


def _charts(takes: Sequence[Take]) -> tuple[Chart, ...]:
    errors, scores = tables.walking(takes), score_kinds(takes)
    bands = [(errors.distance_m >= a) & (errors.distance_m < b) for a, b in pairwise(BANDS_M)]
    parts = [errors.window_mps[band] for band in bands]
    labels = tuple(f"{a:g}–{b:g} m" if np.isfinite(b) else f"{a:g} m +" for a, b in pairwise(BANDS_M))
    mae = tuple(float(np.abs(p).mean()) if len(p) else None for p in parts)
    bias = tuple(float(p.mean()) if len(p) else None for p in parts)
    kinds = tuple(score.kind for score in scores)
    return (
        Chart("Events by kind", "", kinds, (
            Series("precision", tuple(s.precision for s in scores)), Series("recall", tuple(s.recall for s in scores))
        )),
        Chart("Speed error by distance", "m/s", labels, (Series("MAE", mae), Series("bias", bias))),
    )  # fmt: skip


def _aims(takes: Sequence[Take], *, exact: bool) -> tuple[Aim, ...]:
    by_kind = {score.kind: score for score in score_kinds(takes)}
    nobody = KindScore("", 0, 0, 0, (), ())
    fast, stay, track = (by_kind.get(k, nobody) for k in ("fast_movement", "loitering", "intrusion"))
    speeds = tables.usable(tables.walking(takes)).window_mps
    bias, error = tables.count_shares(takes)
    quick = sum(since <= 1.0 + 1e-9 for since in track.since_s)
    key = "exact" if exact else "detected"
    return (
        Aim(f"{key}.speed.mae", "speed MAE in the declared area", 0.05 if exact else 0.1, _mean(np.abs(speeds)), "m/s", worst=_slowest(takes)),
        Aim(f"{key}.speed.bias", "speed bias in the declared area", 0.01 if exact else 0.03, _mean(speeds), "m/s"),
        Aim(f"{key}.fast.f1", "fast movement F1", 1.0 if exact else 0.95, fast.f1, least=True, worst=_wrong(takes, fast.kind)),
        Aim(f"{key}.fast.false", "fast movement, false alerts", 0 if exact else 1, fast.false if exact else _day(fast.false, takes), "" if exact else "a day", worst=_wrong(takes, fast.kind)),
        Aim(f"{key}.count.bias", "line counting bias", 0.0 if exact else 0.01, bias, worst=_miscounted(takes)),
        Aim(f"{key}.count.error", "line counting error", 0.0 if exact else 0.03, error, worst=_miscounted(takes)),
        Aim(f"{key}.stay.f1", "loitering F1", 1.0 if exact else 0.95, stay.f1, least=True, worst=_wrong(takes, stay.kind)),
        Aim(f"{key}.track.recall", "intrusion told within 1 s", 1.0 if exact else 0.98, quick / track.true if track.true else None, least=True, worst=_wrong(takes, track.kind)),
        Aim(f"{key}.track.false", "intrusion, false alerts", 0, track.false, worst=_wrong(takes, track.kind)),
    )  # fmt: skip


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None


def _day(false: int, takes: Sequence[Take]) -> float:
    return false * tables.DAY_S / max(sum(t.seconds for t in takes), 1.0)


def _wrong(takes: Sequence[Take], kind: str) -> str:
    told = [
        f"{take.scenario} {'missed' if pair.ideal else 'false'} at {pair.when_s:.0f} s"
        for take in takes
        for pair in pairs_of(take)
        if (pair.ideal is None) != (pair.event is None) and (pair.ideal or pair.event).kind == kind  # type: ignore[union-attr]
    ]
    return ", ".join(told[:5]) + (f" and {len(told) - 5} more" if len(told) > 5 else "")


def _miscounted(takes: Sequence[Take]) -> str:
    off = {t.scenario: sum(abs(s - n) for n, s in t.counted().values()) for t in takes}
    worst = sorted((name for name in off if off[name]), key=lambda name: -off[name])[:4]
    return ", ".join(f"{name} {off[name]}" for name in worst)


def _slowest(takes: Sequence[Take]) -> str:
    mae = {t.scenario: _mean(np.abs(tables.usable(tables.walking([t])).window_mps)) for t in takes}
    worst = sorted((n for n, v in mae.items() if v is not None), key=lambda n: -(mae[n] or 0))[:3]
    return ", ".join(f"{name} {mae[name]:.2f} m/s" for name in worst)
