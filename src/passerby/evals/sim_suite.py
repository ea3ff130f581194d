"""Suite `sim`: the analysis of the library of scenarios, with exact boxes or with a detector's.

With exact boxes the remaining error is that of tracker, floor and rules; the difference is the detector's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from passerby.contracts.errors import UsageError
from passerby.evals import sim_tables as tables
from passerby.evals.play import PlaySettings, Take, stretch_s
from passerby.evals.result import Chart, Report, Series
from passerby.evals.scoring import score_kinds
from passerby.evals.seeds import shown_seeds
from passerby.evals.sim_aims import sim_aims
from passerby.evals.speeds import BANDS_M
from passerby.evals.workers import PlayJob, RefusedJob, Workers, play_here
from passerby.sim.library import load_scenario, names
from passerby.sim.scenario import Scenario

ReportProgress = Callable[[str, float], None]
# Long enough to show the subject of every scenario; with a detector every frame takes time.
QUICK_S = 45.0
# By: a detector ran, boxes were modelled.
_KINDS = {(False, False): "exact boxes", (False, True): "modelled boxes", (True, False): "detected boxes"}


def sim_suite(
    settings: PlaySettings,
    scenarios: Sequence[str] = (),
    report_progress: ReportProgress = lambda *_: None,
    *,
    seeds: Sequence[int] = (),
    workers: Workers | None = None,
) -> Report:
    """Play scenarios, by name or file, and summarise; all of the library if none is given.

    seeds: each scenario is played with each of them; without any, with that of `settings`. workers: processes that
    play; without them, this process does.
    Raises UsageError for unknown scenarios and if none can be played, ConfigError for invalid files.
    """
    chosen = [load_scenario(name) for name in scenarios or names()]
    jobs = [
        PlayJob(scenario, camera.name, _for_stretch(scenario, camera.name, replace(settings, seed=seed)))
        for scenario in chosen
        for camera in scenario.cameras
        for seed in seeds or (settings.seed,)
    ]
    total = sum(job.seconds for job in jobs)

    def report_seconds(name: str, done_s: float) -> None:
        report_progress(name, done_s / total)

    results = workers.play(jobs, report_seconds) if workers else play_here(jobs, report_seconds)
    takes = [result for result in results if isinstance(result, Take)]
    refused = tuple(result.reason for result in results if isinstance(result, RefusedJob))
    if not takes:
        raise UsageError(f"no scenario could be played; {'; '.join(refused)}")
    return report_of(takes, settings, refused, seeds or (settings.seed,))


def _for_stretch(scenario: Scenario, camera: str, settings: PlaySettings) -> PlaySettings:
    return replace(settings, seconds=stretch_s(scenario, camera, settings), reported_seconds=None)


def report_of(
    takes: Sequence[Take], settings: PlaySettings, refused: tuple[str, ...], seeds: Sequence[int | None]
) -> Report:
    """Summarise takes. Scenarios with a camera fault are listed separately and are not in the totals."""
    clean, faulty = [t for t in takes if not t.is_faulty], [t for t in takes if t.is_faulty]
    detector = settings.detector.info if settings.detector else None
    boxes = f"{detector.name} {detector.input_wh[0]}x{detector.input_wh[1]}" if detector else "of the ground truth"
    if settings.noise:
        boxes = settings.noise.info.name
    parts = [
        tables.events_table(clean), tables.speed_table(clean), tables.lines_table(clean),
        tables.dwell_table(clean),
        tables.zones_table(clean), tables.scenario_table(clean),
    ]  # fmt: skip
    if faulty:
        parts.append(tables.scenario_table(faulty, "Scenarios with a camera fault, not in the totals"))
    false, hours, per_day = tables.false_per_day(clean)
    return Report(
        suite="sim",
        title="Simulated station, " + _KINDS[detector is not None, settings.noise is not None],
        settings=(
            ("boxes", boxes),
            ("analysed", f"{settings.fps:g} frames/s"),
            ("picture", f"{settings.width_px or 'full'} px wide" if detector else "not rendered"),
            ("seed", shown_seeds(seeds)),
            ("scenarios", f"{len({take.scenario for take in takes})} of {len(names())}"),
            ("length", f"{hours:.2f} camera-hours"),
        ),
        tables=tuple(parts),
        charts=_charts(clean),
        aims=sim_aims(clean, exact=detector is None and settings.noise is None),
        notes=(
            f"{false} false alerts in {hours:.2f} camera-hours of scenes designed to provoke them: {per_day:.0f} "
            "per day at that rate. Without a false alert in that time, a rate of up to "
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
