"""Formats figures and times for people."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from passerby.contracts.events import Measure

THIN = "\N{NARROW NO-BREAK SPACE}"
UNITS = {"person": "people", "person/m2": "people/m²", "person/m2/min": "people/m² per minute"}
UNKNOWN = "unknown"
# Measures of the time that the latest person or object of an incident has been there: name, label beside the
# incident's own duration.
STAYS = {
    "dwell": "dwell of the latest person",
    "inside": "latest person inside for",
    "lying": "latest person lying for",
    "still": "latest object still for",
}
# Both are rounded to a tenth.
SAME_LENGTH_S = 0.11


def clock(seconds: float) -> str:
    """Return 02:05 or 1:02:05: the time into a recording, rounded down to seconds."""
    whole = max(int(seconds), 0) if math.isfinite(seconds) else 0
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes:02d}:{left:02d}"


def lasting(seconds: float) -> str:
    """Return a duration: 0.4 s, 42 s, 12 min 34 s, 8 h 00 min."""
    if not math.isfinite(seconds):
        return UNKNOWN
    if seconds < 9.95:
        return f"{plain(max(seconds, 0.0), 1)}{THIN}s"
    minutes, left = divmod(round(seconds), 60)
    if not minutes:
        return f"{left}{THIN}s"
    hours, rest = divmod(minutes, 60)
    if hours:
        return f"{hours}{THIN}h {rest:02d}{THIN}min"
    return f"{minutes}{THIN}min {left:02d}{THIN}s" if left else f"{minutes}{THIN}min"


def plain(value: float, decimals: int) -> str:
    """Return a number with at most `decimals`, thousands apart, no trailing zeros."""
    if not math.isfinite(value):
        return UNKNOWN
    text = f"{value:,.{decimals}f}".replace(",", THIN)
    return text.rstrip("0").rstrip(".") if "." in text else text


def several(number: int, one: str, many: str) -> str:
    """Return the number with the right form of the noun."""
    return f"{plain(number, 0)} {one if number == 1 else many}"


def measured(measure: Measure) -> str:
    """Return value ± one standard deviation and unit; the deviation determines the number of digits."""
    if isinstance(measure.value, str):
        return measure.value
    unit = UNITS.get(measure.unit, measure.unit)
    value = plain(measure.value, 2)
    if measure.sd is not None and math.isfinite(measure.sd) and measure.sd > 0:
        decimals = _honest_decimals(measure.sd)
        value = f"{measure.value:.{decimals}f} ± {measure.sd:.{decimals}f}"
    return f"{value}{THIN}{unit}" if unit and math.isfinite(measure.value) else value


def _honest_decimals(sd: float) -> int:
    """Return the decimals for two digits of the deviation, or one if the second is 0."""
    decimals = min(max(1 - math.floor(math.log10(sd)), 0), 6)
    return decimals - 1 if decimals and f"{sd:.{decimals}f}".endswith("0") else decimals


def labelled(measures: Iterable[Measure]) -> tuple[tuple[str, str], ...]:
    """Return each measure as label and value, without two durations that seem to contradict each other.

    An incident can outlast the dwell of its last person. If both durations agree only the dwell is given; if they
    do not, both have a label.
    """
    measures = tuple(measures)
    lasted_s = next((m.value for m in measures if m.name == "duration" and not isinstance(m.value, str)), None)
    agree = any(_agrees(m, lasted_s) for m in measures if m.name in STAYS)
    labels = {} if lasted_s is None or agree else {"duration": "incident lasted", **STAYS}
    kept = (m for m in measures if not (agree and m.name == "duration"))
    return tuple((labels.get(m.name, m.name.replace("_", " ")), measured(m)) for m in kept)


def _agrees(stay: Measure, lasted_s: float | None) -> bool:
    return lasted_s is not None and not isinstance(stay.value, str) and abs(stay.value - lasted_s) <= SAME_LENGTH_S


def wall_clock(utc: str | None) -> str | None:
    """Return an RFC 3339 time as 2026-08-01 14:03:22 UTC; other text is unchanged."""
    if utc is None:
        return None
    try:
        at = datetime.fromisoformat(utc)
    except ValueError:
        return utc
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at.tzinfo else utc
