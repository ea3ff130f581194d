"""Suite `sim`: the analysis of the library of scenarios, with exact boxes or with a detector's.

With exact boxes the remaining error is that of tracker, floor and rules; the difference is the detector's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from passerby.contracts.errors import PasserbyError, UsageError
from passerby.evals import sim_tables as tables
from passerby.evals.play import PlaySettings, Take, play, stretch_s
from passerby.evals.result import Chart, Report, Series
from passerby.evals.scoring import score_kinds
from passerby.evals.sim_aims import sim_aims
from passerby.evals.speeds import BANDS_M
from passerby.sim.library import load_scenario, names

ReportProgress = Callable[[str, float], None]
# Long enough to show the subject of every scenario; with a detector every frame takes time.
QUICK_S = 45.0


def sim_suite(
    settings: PlaySettings, scenarios: Sequence[str] = (), report_progress: ReportProgress = lambda *_: None
) -> Report:
    """Play scenarios, by name or file, and summarise; all of the library if none is given.

    Raises UsageError for unknown scenarios and if none can be played, ConfigError for invalid files.
    """
    chosen = [load_scenario(name) for name in scenarios or names()]
    todo = [(s, c.name, stretch_s(s, c.name, settings)) for s in chosen for c in s.cameras]
    total, done_s, takes, refused = sum(t for *_, t in todo), 0.0, list[Take](), list[str]()
    for scenario, camera, seconds in todo:
        try:
            ticker = _ticker(report_progress, scenario.name, done_s, total)
            takes.append(play(scenario, camera, replace(settings, seconds=seconds, reported_seconds=None), ticker))
        except PasserbyError as error:
            refused.append(f"{scenario.name}, {camera}: {error}")
        done_s += seconds
    if not takes:
        raise UsageError(f"no scenario could be played; {'; '.join(refused)}")
    return report_of(takes, settings, tuple(refused))


def _ticker(report_progress: ReportProgress, name: str, done_s: float, total_s: float) -> Callable[[float], None]:
    return lambda s: report_progress(name, (done_s + s) / total_s)


def report_of(takes: Sequence[Take], settings: PlaySettings, refused: tuple[str, ...] = ()) -> Report:
    """Summarise takes. Scenarios with a camera fault are listed separately and are not in the totals."""
    clean, faulty = [t for t in takes if not t.is_faulty], [t for t in takes if t.is_faulty]
    detector = settings.detector.info if settings.detector else None
    boxes = f"{detector.name} {detector.input_wh[0]}x{detector.input_wh[1]}" if detector else "of the ground truth"
    parts = [
        tables.events_table(clean), tables.speed_table(clean), tables.lines_table(clean),
        tables.dwell_table(clean),
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
            ("boxes", boxes),
            ("analysed", f"{settings.fps:g} frames/s"),
            ("picture", f"{settings.width_px or 'full'} px wide" if detector else "not rendered"),
            ("seed", "each scenario's own" if settings.seed is None else str(settings.seed)),
            ("scenarios", f"{len({take.scenario for take in takes})} of {len(names())}"),
            ("length", f"{hours:.2f} camera-hours"),
        ),
        tables=tuple(parts),
        charts=_charts(clean),
        aims=sim_aims(clean, exact=detector is None),
        notes=(
            f"{false} false alerts in {hours:.2f} camera-hours of scenes designed to provoke them: {per_day:.0f} "
            f"per "
            "day at that rate. Without a false alert in that time, a rate of up to "
            f"{3 * 24 / max(hours, 1e-9):.0f} per day is still possible (95 %).",
            *tables.unscored_note(clean),
        ),
        refused=refused,
    )


def _charts(takes: Sequence[Take]) -> tuple[Chart, ...]:
    errors, scores = tables.walking(takes), score_kinds(takes)
    bands = [(errors.distance_m >= a) & (errors.distance_m < b) for a, b in pairwise(BANDS_M)]
    parts = [errors.window_mps[band] for band in bands]
    labels = tuple(f"{a:g}–{b:g} m" if np.isfinite(b) else f"{a:g} m +" for a, b in pairwise(BANDS_M))
    mae = tuple(float(np.abs(p).mean()) if len(p) else None for p in parts)
    bias = tuple(float(p.mean()) if len(p) else None for p in parts)
    kinds = tuple(score.kind for score in scores)
    return (
        Chart(
            "Events by kind",
            "",
            kinds,
            (
                Series("precision", tuple(s.precision for s in scores)),
                Series("recall", tuple(s.recall for s in scores)),
            ),
        ),
        Chart("Speed error by distance", "m/s", labels, (Series("MAE", mae), Series("bias", bias))),
    )
