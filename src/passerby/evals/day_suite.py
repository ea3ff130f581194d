"""Suite `day`: false alarms per camera-day, recall and delay over whole days, and the load of an operator."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial

import numpy as np
from scipy.stats import chi2

from passerby.evals.box_noise import BoxNoise
from passerby.evals.day import DayResult, play_day
from passerby.evals.intervals import CONFIDENCE, share_interval, shown_interval
from passerby.evals.result import Aim, Report, Table
from passerby.evals.seeds import first_test_seeds, shown_seeds
from passerby.sim.day import BEGIN_H, DAY_S

ReportProgress = Callable[[str, float], None]
# EEMUA 191: an operator can handle one alarm in ten minutes for long, ten in ten minutes are a flood.
SLOT_S, HANDLED, FLOOD = 600.0, 1, 10
STATION_CAMERAS = 16
LIMITS = {"alarm": 0.2, "warning": 0.46}
MOST_LISTED = 40


def day_suite(
    days: int,
    noise: BoxNoise | None,
    seconds: float = DAY_S,
    processes: int = 1,
    report_progress: ReportProgress = lambda *_: None,
) -> Report:
    """Play `days` camera-days, each with its own test seed."""
    seeds = first_test_seeds(days)
    results = _played(seeds, noise, seconds, processes, report_progress)
    camera_days = sum(result.seconds for result in results) / DAY_S
    true, found = sum((r.true for r in results), Counter()), sum((r.found for r in results), Counter())
    return Report(
        suite="day",
        title="Days of a simulated platform",
        settings=(
            ("boxes", noise.info.name if noise else "of the ground truth"),
            ("seed", shown_seeds(seeds)),
            ("length", f"{camera_days:.2f} camera-days"),
            ("people in view", str(sum(result.people for result in results))),
        ),
        tables=(
            _rates(results, camera_days),
            _recalls(results, true, found),
            _crossings(results),
            _load(results),
            _listed("False events", [(r.seed, kind, t_s) for r in results for kind, _, t_s in r.false]),
            _listed("Missed events", [(r.seed, kind, t_s) for r in results for kind, t_s in r.missed]),
        ),
        aims=tuple(_aim(severity, results, camera_days) for severity in LIMITS),
    )


def _played(
    seeds: Sequence[int], noise: BoxNoise | None, seconds: float, processes: int, report_progress: ReportProgress
) -> list[DayResult]:
    if processes == 1:

        def tick(t_s: float, done: int) -> None:
            report_progress("day", (done + t_s / seconds) / len(seeds))

        return [play_day(seed, noise, seconds, partial(tick, done=k)) for k, seed in enumerate(seeds)]
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        futures = {pool.submit(play_day, seed, noise, seconds): seed for seed in seeds}
        for k, _ in enumerate(as_completed(futures)):
            report_progress("day", (k + 1) / len(seeds))
    return sorted((future.result() for future in futures), key=lambda result: result.seed)


def upper_rate(count: int, camera_days: float) -> float:
    """Return the upper end of the exact one-sided interval of a Poisson rate (Garwood, Biometrika 28, 1936)."""
    return float(chi2.ppf(CONFIDENCE, 2 * (count + 1))) / 2 / camera_days


def _rates(results: Sequence[DayResult], camera_days: float) -> Table:
    false = Counter((kind, severity) for r in results for kind, severity, _ in r.false)
    all_ = Counter((kind, severity) for r in results for kind, severity, _ in r.reported)
    rows = tuple(
        (
            *key,
            all_[key],
            round(all_[key] / camera_days, 2),
            false[key],
            round(false[key] / camera_days, 2),
            round(upper_rate(false[key], camera_days), 2),
        )
        for key in sorted(all_, key=lambda key: (key[1], key[0]))
    )
    heads = ("kind", "severity", "reported", "per camera-day", "false", "false per camera-day", "at most, 95 %")
    return Table("Events per camera-day", heads, rows)


def _recalls(results: Sequence[DayResult], true: Counter[str], found: Counter[str]) -> Table:
    late = {kind: [s for r in results for s in r.late_s.get(kind, ())] for kind in true}
    rows = tuple(
        (
            kind,
            true[kind],
            found[kind],
            f"{found[kind] / true[kind]:.2f}",
            shown_interval(share_interval(found[kind], true[kind])),
            f"{np.median(late[kind]):.1f}" if late[kind] else None,
        )
        for kind in sorted(true)
    )
    return Table(
        "Found", ("kind", "true", "found", "recall", "95 %", "median delay since the true start, s"), rows
    )


def _crossings(results: Sequence[DayResult]) -> Table:
    rows = tuple(
        (r.seed, *r.crossings, f"{(r.crossings[1] - r.crossings[0]) / max(r.crossings[0], 1):+.1%}")
        for r in results
    )
    return Table("People over the line", ("seed", "true", "counted", "error"), rows)


def _load(results: Sequence[DayResult]) -> Table:
    """Return how many alarms and warnings one operator gets who watches a station of such cameras."""
    slots = np.zeros((len(results), int(np.ceil(DAY_S / SLOT_S))))
    for row, result in zip(slots, results, strict=True):
        for _, severity, at_s in result.reported:
            if severity in LIMITS:
                row[min(int(at_s // SLOT_S), len(row) - 1)] += 1
    # The cameras of a station see other people: days of other seeds stand for them.
    rng = np.random.default_rng(0)
    chosen = rng.integers(0, len(results), (200, STATION_CAMERAS))
    station = slots[chosen].sum(axis=1).ravel()
    rows = (
        ("mean in 10 minutes", round(float(station.mean()), 2)),
        ("most in 10 minutes", int(station.max())),
        (f"share of slots above {HANDLED}", f"{(station > HANDLED).mean():.1%}"),
        (f"share of slots with {FLOOD} or more (flood)", f"{(station >= FLOOD).mean():.1%}"),
    )
    note = f"{STATION_CAMERAS} cameras, one operator, alarms and warnings before grouping; limits of EEMUA 191."
    return Table("Load of an operator", ("figure", "value"), rows, note)


def _listed(title: str, rows: Sequence[tuple[int, str, float]]) -> Table:
    shown = tuple((seed, kind, _clock(t_s), round(t_s, 1)) for seed, kind, t_s in rows[:MOST_LISTED])
    note = f"The first {MOST_LISTED} of {len(rows)}." if len(rows) > MOST_LISTED else ""
    return Table(title, ("seed", "kind", "time", "seconds of the day"), shown, note)


def _clock(t_s: float) -> str:
    minutes = int(BEGIN_H * 60 + t_s // 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _aim(severity: str, results: Sequence[DayResult], camera_days: float) -> Aim:
    false = sum(one == severity for r in results for _, one, _ in r.false)
    upper = round(upper_rate(false, camera_days), 2)
    return Aim(
        f"day.false.{severity}",
        f"false events of severity {severity} per camera-day",
        LIMITS[severity],
        round(false / camera_days, 2),
        interval=(0.0, upper),
    )
