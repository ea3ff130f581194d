"""The tables of the suite `sim`, from takes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from passerby.evals.intervals import share_interval, shown_interval
from passerby.evals.matching import Pair
from passerby.evals.play import Take
from passerby.evals.result import Cell, Table
from passerby.evals.scoring import KindScore, dwell_errors_s, pairs_of, score_kinds
from passerby.evals.speeds import BANDS_M, USABLE_SD_MPS, SpeedErrors

WALKING_MPS = 0.3
DAY_S = 86_400


def events_table(takes: Sequence[Take]) -> Table:
    """Precision, recall, F1 and delay per kind of event."""
    heads = ("event", "true", "found", "false", "precision", "its 95 %", "recall", "its 95 %", "F1")
    return Table(
        "Events",
        (*heads, "delay, median s", "p95 s", "most s"),
        tuple(_event_row(score) for score in score_kinds(takes)),
        "An event is found if an event of the same kind and place starts within 3 s of the true one; for an "
        "object that was put down, also at any time until no person stands over it. The delay is measured from "
        "the time at which the rule should report, so the rule's own minimum time is not included. The intervals "
        "are those of Clopper and Pearson.",
    )


def _event_row(score: KindScore) -> tuple[Cell, ...]:
    late = score.delay_s
    delays = tuple(float(np.percentile(late, q)) for q in (50, 95, 100)) if late else (None, None, None)
    precision, recall = (
        share_interval(score.found, score.found + score.false),
        share_interval(score.found, score.true),
    )
    return (
        *(score.kind, score.true, score.found, score.false),
        *(score.precision, shown_interval(precision), score.recall, shown_interval(recall), score.f1),
        *delays,
    )


def walking(takes: Sequence[Take]) -> SpeedErrors:
    """Return speeds of walking people only: standing people are easy, and there are many."""
    errors = SpeedErrors.join([take.speeds for take in takes])
    return errors.take(errors.true_mps >= WALKING_MPS)


def usable(errors: SpeedErrors) -> SpeedErrors:
    """Return speeds with a usable stated standard deviation."""
    return errors.take(errors.sd_mps <= USABLE_SD_MPS)


def speed_table(takes: Sequence[Take]) -> Table:
    """Speed error per distance from the camera."""
    errors = walking(takes)
    rows = [
        _speed_row(f"{low:g} to {high:g} m" if np.isfinite(high) else f"{low:g} m and more", errors.take(band))
        for low, high in pairwise(BANDS_M)
        if (band := (errors.distance_m >= low) & (errors.distance_m < high)).any()
    ]
    rows += [_speed_row("calibrated floor", errors), _speed_row("declared area", usable(errors))]
    return Table(
        "Speed of walking people, m/s",
        ("distance", "samples", "MAE", "bias", "RMS error", "own σ (rms)", "within 2 σ", "MAE to that moment"),
        tuple(rows),
        "Compared with the mean true speed over the last second, for people with a true speed of at least "
        f"{WALKING_MPS} m/s and confirmed tracks on the calibrated floor; the calibration does not apply to "
        f"stairs and track beds. In the declared area the stated standard deviation is at most {USABLE_SD_MPS} "
        "m/s. The last column compares with the true speed at that moment.",
    )


def _speed_row(name: str, errors: SpeedErrors) -> tuple[Cell, ...]:
    if not len(errors):
        return name, 0, None, None, None, None, None, None
    e = errors.window_mps
    rms, own = float(np.sqrt((e**2).mean())), float(np.sqrt((errors.sd_mps**2).mean()))
    inside = float((np.abs(e) <= 2 * errors.sd_mps).mean())
    return (
        *(name, len(e), float(np.abs(e).mean()), float(e.mean())),
        *(rms, own, inside, float(np.abs(errors.moment_mps).mean())),
    )


def lines_table(takes: Sequence[Take]) -> Table:
    """Return true and counted crossings per line and direction, and how many of the true ones were visible.

    error: counted minus true; with several seeds the sum of the differences without their signs, too.
    """
    sums: dict[tuple[str, str, str], list[int]] = {}
    for take in takes:
        for (line, direction), (true, said) in take.counted().items():
            row = sums.setdefault((take.scenario, line, direction), [0, 0, 0, 0, 0])
            seen = take.seen_crossings[line, direction]
            row[:] = (a + b for a, b in zip(row, (true, seen, said, said - true, abs(said - true)), strict=True))
    rows: list[tuple[Cell, ...]] = [(*key, *sums[key]) for key in sums if sums[key][0] or sums[key][2]]
    rows.append(("all", "", "", *(sum(int(str(row[k])) for row in rows) for k in range(3, 8))))
    return Table(
        "Counting lines",
        ("scenario", "line", "direction", "true", "could be seen", "counted", "error", "errors added"),
        tuple(rows),
        "Could be seen: the person was visible and settled on one side before and on the other side after, and "
        "occluded for at most 10 s in between. The error and the targets refer to all true crossings. "
        "Errors added: the sum over the seeds without the signs.",
    )


def count_shares(takes: Sequence[Take]) -> tuple[float | None, float | None]:
    """Return bias and error of all lines together, as fractions of the true count.

    bias: counted minus true. error: per take, line and direction the difference without its sign.
    """
    pairs = [pair for take in takes for pair in take.counted().values()]
    true = sum(t for t, _ in pairs)
    if not true:
        return None, None
    return sum(s - t for t, s in pairs) / true, sum(abs(s - t) for t, s in pairs) / true


def zones_table(takes: Sequence[Take]) -> Table:
    """Mean people and density per zone and minute beside the truth."""
    rows: list[tuple[Cell, ...]] = []
    for name in sorted({(t.scenario, s.zone) for t in takes for s in t.zones}):
        rows.append((*name, *_zone_row([t for t in takes if t.scenario == name[0]], name[1])))
    return Table(
        "People in zones, mean per minute",
        ("scenario", "zone", "minutes", "true mean", "reported mean", "MAE, people", "MAE, people/m²"),
        tuple(rows),
    )


def _zone_row(takes: Sequence[Take], zone: str) -> tuple[Cell, ...]:
    errors = zone_errors(takes, zone)
    if not errors:
        return 0, None, None, None, None
    true, said, area = np.array(errors, dtype=float).T
    dense = np.abs(said - true) / area
    return (
        *(len(true), float(true.mean()), float(said.mean()), float(np.abs(said - true).mean())),
        float(np.nanmean(dense)) if np.isfinite(dense).any() else None,
    )


def zone_errors(takes: Sequence[Take], zone: str | None = None) -> list[tuple[float, float, float]]:
    """Return (true mean, reported mean, area in m² or NaN) per zone and window with complete coverage."""
    out = []
    for take in takes:
        t_s = np.array([t for t, _ in take.ledger.counts])
        for s in take.zones:
            inside = (t_s >= s.from_s) & (t_s < s.from_s + s.window_s)
            if zone in (None, s.zone) and s.window_s >= 5 and inside.any():
                now = [
                    count.get(s.zone, 0)
                    for (_, count), is_in in zip(take.ledger.counts, inside, strict=True)
                    if is_in
                ]
                area = s.count_mean / s.density_per_m2 if s.density_per_m2 else float("nan")
                out.append((float(np.mean(now)), s.count_mean, area))
    return out


def scenario_table(takes: Sequence[Take], title: str = "Scenarios") -> Table:
    """Return one row per scenario with missed and false events; all seeds of a scenario are in its row."""
    by_name: dict[str, list[Take]] = {}
    for take in takes:
        by_name.setdefault(take.scenario, []).append(take)
    return Table(
        title,
        ("scenario", "s", "events true", "missed", "false", "which", "speed MAE", "counted/true"),
        tuple(_scenario_row(name, some) for name, some in by_name.items()),
    )


def _scenario_row(name: str, takes: Sequence[Take]) -> tuple[Cell, ...]:
    paired = [(take, pair) for take in takes for pair in pairs_of(take)]
    missed = [f"no {p.ideal.kind} at {_when(t, takes, p)}" for t, p in paired if p.ideal and not p.event]
    false = [f"{p.event.kind} at {_when(t, takes, p)}" for t, p in paired if p.event and not p.ideal]
    unscored = [f"not evaluated: {i.kind} at {i.began_s:.0f} s" for take in takes for i in take.unscored]
    which = ", ".join([*missed, *false, *unscored])
    walked, counted = walking(takes), [pair for take in takes for pair in take.counted().values()]
    return (
        *(name, round(sum(take.seconds for take in takes)), sum(len(take.ideals) for take in takes)),
        *(len(missed), len(false)),
        which if len(which) < 160 else which[:157] + "...",
        float(np.abs(walked.window_mps).mean()) if len(walked) else None,
        f"{sum(s for _, s in counted)}/{sum(t for t, _ in counted)}" if counted else None,
    )


def _when(take: Take, takes: Sequence[Take], pair: Pair) -> str:
    several = len({one.seed for one in takes}) > 1
    return f"{pair.when_s:.0f} s" + (f" of seed {take.seed}" if several else "")


def dwell_table(takes: Sequence[Take]) -> Table:
    """Return the error of reported dwell times."""
    errors = np.array(dwell_errors_s(takes))
    row: tuple[Cell, ...] = (len(errors), None, None, None)
    if len(errors):
        row = (len(errors), float(np.abs(errors).mean()), float(errors.mean()), float(np.abs(errors).max()))
    return Table("Dwell of reported loitering, s", ("events", "MAE", "bias", "worst"), (row,))


def false_per_day(takes: Sequence[Take]) -> tuple[int, float, float]:
    """Return false alerts (crossings are not alerts), analysed hours, and the rate per camera-day."""
    false = sum(
        p.ideal is None and p.event is not None and p.event.kind != "line_crossing"
        for t in takes
        for p in pairs_of(t)
    )
    seconds = sum(take.seconds for take in takes)
    return false, seconds / 3600, false * DAY_S / max(seconds, 1.0)


def unscored_note(takes: Sequence[Take]) -> tuple[str, ...]:
    """Return a sentence about events that were not evaluated, if there are any."""
    kinds = sorted({ideal.kind for take in takes for ideal in take.unscored})
    number = sum(len(take.unscored) for take in takes)
    if not number:
        return ()
    return (
        f"Not evaluated, because only a rendered picture shows objects that were left: {number} "
        f"{', '.join(kinds)}.",
    )
