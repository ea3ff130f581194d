"""Suite `budget`: alerts per camera-day of recorded events, against what one camera may cost an operator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from passerby.contracts.errors import UsageError
from passerby.contracts.events import MOMENTARY_KINDS
from passerby.evals.result import Aim, Chart, Report, Series, Table

# An operator can take 144 alerts a day (EEMUA 191: one in ten minutes); Willesden Green's cameras gave 0.46 each.
BUDGET_PER_DAY = 0.46
FLOOD_ALERTS, FLOOD_S = 10, 600.0
DAY_S = 86_400.0
QUIET = ("info",)


@dataclass(frozen=True, slots=True)
class Told:
    """The start of an incident, as events.jsonl has it."""

    camera: str
    kind: str
    at_s: float
    severity: str


def read_told(path: Path) -> tuple[list[Told], float]:
    """Return the incidents' starts of an events.jsonl and the last time any line has. Raises UsageError."""
    told, last_s, number = list[Told](), 0.0, 0
    try:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):  # noqa: B007  the error below names it
            event = json.loads(line)
            last_s = max(last_s, float(event["at_s"]))
            if event["phase"] == "start":
                told.append(Told(event["camera"], event["kind"], float(event["at_s"]), event["severity"]))
    except OSError as error:
        raise UsageError(f"{path}: the events cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{path}:{number}: not a line of events.jsonl") from None
    return told, last_s


def budget_suite(told: Sequence[Told], seconds: float, cameras: int, budget: float = BUDGET_PER_DAY) -> Report:
    """Sum up alerts of `cameras` cameras over `seconds` each. What only informs is no alert.

    Raises UsageError for a stretch of no length.
    """
    if seconds <= 0 or cameras < 1:
        raise UsageError("no time was watched: say how long with --seconds and how many cameras with --cameras")
    alerts = [t for t in told if t.severity not in QUIET and t.kind not in MOMENTARY_KINDS]
    days = seconds * cameras / DAY_S
    kinds = Counter(t.kind for t in alerts)
    rows = tuple((kind, n, n / days) for kind, n in sorted(kinds.items()))
    rate = len(alerts) / days
    heads = ("kind", "alerts", "per camera-day")
    return Report(
        suite="budget",
        title="Alerts against the budget",
        settings=(
            ("watched", f"{days:.3f} camera-days"),
            ("cameras", str(cameras)),
            ("budget", f"{budget:g} a camera-day"),
        ),
        tables=(Table("Alerts", heads, (*rows, ("all", len(alerts), rate))), _bursts(alerts)),
        charts=(_hourly(alerts, seconds),),
        aims=(Aim("budget.rate", "alerts per camera-day", budget, rate),),
        notes=(
            *_too_short(days, budget),
            "What is only counted or has severity info is no alert.",
        ),
    )


def _too_short(days: float, budget: float) -> tuple[str, ...]:
    """With nothing at all in T days the rate may still be 3 / T (95 %): the rule of three."""
    least = 3 / budget if budget > 0 else float("inf")
    told = f"{days:.3f} camera-days are too few to tell {budget:g} a day: watch at least {least:.1f}"
    return (told,) if days < least else ()


def _hourly(alerts: Sequence[Told], seconds: float) -> Chart:
    per_hour = Counter(int(t.at_s // 3600) for t in alerts)
    hours = range(int(seconds // 3600) + 1)
    values = tuple(float(per_hour[hour]) for hour in hours)
    return Chart("Alerts per hour", "", tuple(f"{hour} h" for hour in hours), (Series("alerts", values),))


def _bursts(alerts: Sequence[Told]) -> Table:
    worst = max((_within(times, FLOOD_S) for times in _by(alerts, "all")), default=0)
    rows = (("most in 10 minutes", worst, FLOOD_ALERTS), ("same kind and camera within 60 s", _chatter(alerts), 0))
    return Table("Bursts", ("what", "found", "at most"), rows, "Limits after EEMUA 191 and ISA-18.2.")


def _by(alerts: Sequence[Told], how: str) -> Iterable[list[float]]:
    groups: dict[tuple[str, str], list[float]] = {}
    for one in alerts:
        groups.setdefault(("", "") if how == "all" else (one.camera, one.kind), []).append(one.at_s)
    return [sorted(times) for times in groups.values()]


def _within(times: Sequence[float], window_s: float) -> int:
    return max(sum(0 <= other - t < window_s for other in times) for t in times)


def _chatter(alerts: Sequence[Told]) -> int:
    return sum(b - a < 60.0 for times in _by(alerts, "each") for a, b in pairwise(times))
