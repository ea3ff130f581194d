"""Suite `budget`: recorded events through the alarm desk, compared with the alarm budget of one camera."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from passerby.contracts.alarms import Alarm
from passerby.contracts.errors import StoreError, UsageError
from passerby.contracts.events import Event, Phase, Severity
from passerby.contracts.settings import AlarmPolicy
from passerby.evals.result import Aim, Chart, Report, Series, Table
from passerby.store.encode import event_from_line
from passerby.unit.alarms.alarm_desk import AlarmDesk, clock_s

FLOOD_ALARMS, FLOOD_S, CHATTER_S = 10, 600.0, 60.0
DAY_S = 86_400.0


def read_events(path: Path) -> list[Event]:
    """Return the events of an events.jsonl. Raises UsageError with the number of an invalid line."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{path}: the events cannot be read ({error.strerror})") from None
    events = []
    for number, line in enumerate(lines, start=1):
        try:
            events.append(event_from_line(line))
        except StoreError as error:
            raise UsageError(f"{path}:{number}: {error}") from None
    return events


def budget_suite(events: Sequence[Event], seconds: float, cameras: int, policy: AlarmPolicy) -> Report:
    """Replay events of `cameras` cameras over `seconds` each. Raises UsageError if the time is zero."""
    budget = policy.budget_per_camera_day
    if seconds <= 0 or cameras < 1:
        raise UsageError(
            "the observed time is zero: give the duration with --seconds and the number of cameras with --cameras"
        )
    alarms = _raised(events, policy)
    days = seconds * cameras / DAY_S
    asked = Counter(e.kind for e in events if e.phase is Phase.START and e.severity is not Severity.INFO)
    raised = Counter(alarm.kind for alarm in alarms)
    rows = tuple((kind, asked[kind], raised[kind], raised[kind] / days) for kind in sorted(asked | raised))
    total = ("all", asked.total(), len(alarms), len(alarms) / days)
    return Report(
        suite="budget",
        title="Alarms against the budget",
        settings=(
            ("observed", f"{days:.3f} camera-days"),
            ("cameras", f"{cameras}"),
            ("budget", f"{budget:g} per day"),
        ),
        tables=(
            Table("Alarms", ("kind", "incidents", "alarms", "per camera-day"), (*rows, total)),
            _bursts(alarms),
        ),
        charts=(_hourly(alarms, seconds),),
        aims=(Aim("budget.rate", "alarms per camera-day", budget, len(alarms) / days),),
        notes=(*_too_short(days, budget), "Incidents of severity info are recorded and never become alarms."),
    )


def _raised(events: Sequence[Event], policy: AlarmPolicy) -> list[Alarm]:
    """Return the alarms for an operator, each at the unit's own time."""
    desk, raised = AlarmDesk(policy), []
    start_s = min((clock_s(e.utc, e.at_s) for e in events), default=0.0)
    for event in sorted(events, key=lambda e: (clock_s(e.utc, e.at_s), e.seq)):
        now_s = clock_s(event.utc, event.at_s)
        at_s = event.at_s if event.utc is None else now_s - start_s
        raised += [replace(a, at_s=at_s) for a in desk.take(event, now_s) if a.phase is Phase.START]
    return raised


def _hourly(alarms: Sequence[Alarm], seconds: float) -> Chart:
    per_hour = Counter(int(alarm.at_s // 3600) for alarm in alarms)
    hours = range(int(seconds // 3600) + 1)
    values = tuple(float(per_hour[hour]) for hour in hours)
    return Chart("Alarms per hour", "", tuple(f"{hour} h" for hour in hours), (Series("alarms", values),))


def _too_short(days: float, budget: float) -> tuple[str, ...]:
    """Return a warning if the time is too short: with no alarm in T days the rate may be 3 / T (95 %)."""
    least = 3 / budget if budget > 0 else float("inf")
    warning = f"{days:.3f} camera-days are too few to verify {budget:g} alarms per day: use at least {least:.1f}"
    return (warning,) if days < least else ()


def _bursts(alarms: Sequence[Alarm]) -> Table:
    times = sorted(alarm.at_s for alarm in alarms)
    worst = max((sum(0 <= other - t < FLOOD_S for other in times) for t in times), default=0)
    sources: dict[tuple[str, str, str], list[float]] = {}
    for alarm in alarms:
        sources.setdefault((alarm.camera, alarm.kind, alarm.place), []).append(alarm.at_s)
    again = sum(b - a < CHATTER_S for of in sources.values() for a, b in pairwise(sorted(of)))
    rows = (("most in 10 minutes", worst, FLOOD_ALARMS), ("same source again within 60 s", again, 0))
    return Table("Bursts", ("what", "found", "at most"), rows, "Limits after EEMUA 191 and ISA-18.2.")
