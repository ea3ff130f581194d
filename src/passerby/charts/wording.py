"""Formats figures and times for people."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from passerby.contracts.events import Measure
from passerby.translation.current import current, marked, plural_of
from passerby.translation.current import gettext as _

THIN = "\N{NARROW NO-BREAK SPACE}"
UNITS = {
    "person": marked("people"),
    "person/m2": marked("people/m²"),
    "person/m2/min": marked("people/m² per minute"),
    "s": marked("s"),
    "m": marked("m"),
    "m/s": marked("m/s"),
}
UNKNOWN = marked("unknown")
# Measures of the time that the latest person or object of an incident has been there: name, label beside the
# incident's own duration.
STAYS = {
    "dwell": marked("dwell of the latest person"),
    "inside": marked("latest person inside for"),
    "lying": marked("latest person lying for"),
    "still": marked("latest object still for"),
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
        return _(UNKNOWN)
    s, min_, h = THIN + _("s"), THIN + _("min"), THIN + _("h")
    if seconds < 9.95:
        return plain(max(seconds, 0.0), 1) + s
    minutes, left = divmod(round(seconds), 60)
    if not minutes:
        return f"{left}{s}"
    hours, rest = divmod(minutes, 60)
    if hours:
        return f"{hours}{h} {rest:02d}{min_}"
    return f"{minutes}{min_} {left:02d}{s}" if left else f"{minutes}{min_}"


def plain(value: float, decimals: int) -> str:
    """Return a number with at most `decimals`, thousands apart, no trailing zeros."""
    if not math.isfinite(value):
        return _(UNKNOWN)
    text = f"{value:,.{decimals}f}".replace(",", THIN)
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", current().decimal)


def several(number: int, one: str, many: str) -> str:
    """Return the number with the right form of the noun."""
    return f"{plain(number, 0)} {plural_of(one, many, number)}"


def measured(measure: Measure) -> str:
    """Return value ± one standard deviation and unit; the deviation determines the number of digits."""
    if isinstance(measure.value, str):
        return measure.value
    unit = _(UNITS.get(measure.unit, measure.unit))
    value = plain(measure.value, 2)
    if measure.sd is not None and math.isfinite(measure.sd) and measure.sd > 0:
        decimals = _honest_decimals(measure.sd)
        value = f"{measure.value:.{decimals}f} ± {measure.sd:.{decimals}f}".replace(".", current().decimal)
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
    labels = {} if lasted_s is None or agree else {"duration": marked("incident lasted"), **STAYS}
    kept = (m for m in measures if not (agree and m.name == "duration"))
    return tuple((_(labels.get(m.name, m.name.replace("_", " "))), measured(m)) for m in kept)


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
