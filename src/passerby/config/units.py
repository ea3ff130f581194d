"""Corrections for numbers with a wrong unit or with a written unit."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from passerby.config.walk import unit_of

# Factor from a unit to the unit that the configuration uses.
_FACTORS: dict[str, dict[str, float]] = {
    "m/s": {
        "m/s": 1, "mps": 1, "ms-1": 1, "km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "kmph": 1 / 3.6,
        "mph": 0.44704, "ft/s": 0.3048, "fps": 0.3048,
    },
    "s": {
        "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "ms": 0.001, "msec": 0.001, "millis": 0.001,
        "min": 60, "mins": 60, "minute": 60, "minutes": 60, "h": 3600, "hour": 3600, "hours": 3600,
    },
    "h": {"h": 1, "hour": 1, "hours": 1, "min": 1 / 60, "d": 24, "day": 24, "days": 24},
    "m": {
        "m": 1, "meter": 1, "meters": 1, "metre": 1, "metres": 1, "cm": 0.01, "mm": 0.001, "km": 1000,
        "ft": 0.3048, "feet": 0.3048, "in": 0.0254,
    },
    "degrees": {
        "deg": 1, "degree": 1, "degrees": 1, "°": 1, "rad": 180 / math.pi, "radians": 180 / math.pi,
    },
    "px": {"px": 1, "pixel": 1, "pixels": 1},
    "frames/s": {"fps": 1, "hz": 1, "frames/s": 1},
    "people/m2": {"/m2": 1, "/m²": 1, "per m2": 1, "people/m2": 1, "p/m2": 1, "/sqm": 1, "/ft2": 10.7639},
    "people": {"people": 1, "persons": 1},
    "trains": {"trains": 1},
    "share": {"%": 0.01, "percent": 0.01, "pct": 0.01},
}  # fmt: skip
_SHARES = ("score", "clear_ratio")
_SLIPS = {"m/s": ("km/h", "mph"), "s": ("ms",), "m": ("cm", "mm"), "share": ("%",)}
_BASES = {"share": "a share of 1"}
_QUANTITY = re.compile(r"(?P<number>[+-]?\d{1,15}(?:[.,]\d{1,15})?)(?!\d)\s*(?P<unit>\S.*)?")


def plain(value: float) -> str:
    """Return a number as text with at most two decimals, four below one."""
    return f"{round(value, 2 if abs(value) >= 1 else 4):.10g}"


def _measure(key: str) -> str:
    return "share" if key in _SHARES else unit_of(key)


def _named(measure: str) -> str:
    return _BASES.get(measure, measure)


def instead_of_text(key: str, text: str) -> str | None:
    """Return the correction for `text` in place of a number: `8 km/h` -> `2.22`. None if it contains no number."""
    found = _QUANTITY.fullmatch(text.strip())
    if found is None:
        return None
    number, unit, measure = float(found["number"].replace(",", ".")), found["unit"], _measure(key)
    if unit is None:
        return (
            f"write {plain(number)}, without quotes" if "," not in text else f"write {plain(number)}, with a point"
        )
    factor = _FACTORS.get(measure, {}).get(unit.lower())
    if factor is None:
        return (
            f"write a number of {_named(measure)}, without a unit" if measure else "write a number, without a unit"
        )
    if factor == 1:
        return f"write {plain(number)}, the unit is always {_named(measure)}"
    return f"write {plain(number * factor)}, which is {plain(number)} {unit} in {_named(measure)}"


def instead_of_key(key: str, value: object, fields: Iterable[str]) -> str | None:
    """Return the correction of a key with another unit: `speed_kmh: 8` -> `speed_mps: 2.22`."""
    base, _, suffix = key.rpartition("_")
    for field in fields:
        measure = _measure(field)
        factor = _FACTORS.get(measure, {}).get(suffix.lower()) if base else None
        same_base = factor is not None and base == field.rpartition("_")[0]
        if same_base and factor is not None and isinstance(value, int | float) and not isinstance(value, bool):
            return f"write {field}: {plain(value * factor)}, which is {plain(value)} {suffix} in {_named(measure)}"
        if same_base or (unit_of(field) and key == field.rpartition("_")[0]):
            return f"write {field}, a number of {_named(measure)}" if measure != "px" else f"write {field}"
    return None


def slip(key: str, value: float, low: float, high: float) -> str | None:
    """Return the probable unit of an implausible number, if another unit makes it plausible."""
    measure = _measure(key)
    for unit in _SLIPS.get(measure, ()):
        meant = value * _FACTORS[measure][unit]
        if low < meant <= high:
            return f"if you mean {plain(value)} {unit}, write {plain(meant)}"
    return None
