"""Events as plain dicts and as lines of events.jsonl, and the reverse."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, replace
from typing import Any, TypeVar

from passerby.contracts.errors import StoreError
from passerby.contracts.events import SCHEMA, Event, EvidenceRef, Measure, Phase, Severity

T = TypeVar("T")
TIME_DECIMALS = 3  # milliseconds
MEASURE_DECIMALS = 4  # a tenth of a millimetre, of a person per 10 m2: below what any camera measures

# JSON allows these inside a string, but many readers treat them as the end of a line.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def tidy(value: float, decimals: int) -> float:
    """Round, without a negative zero."""
    return round(value, decimals) + 0.0


def tidy_event(event: Event) -> Event:
    """Return the event as in its line of events.jsonl: seconds to 3 decimals, measures to 4."""
    return replace(
        event,
        began_s=tidy(event.began_s, TIME_DECIMALS),
        at_s=tidy(event.at_s, TIME_DECIMALS),
        measures=tuple(_tidy_measure(m) for m in event.measures),
    )


def event_to_dict(event: Event) -> dict[str, Any]:
    """Return the event for JSON, keys in the order of the format, not rounded."""
    return {**asdict(event), "measures": [asdict(measure) for measure in event.measures]}


def event_from_dict(data: Mapping[str, Any]) -> Event:
    """Return the event of a dict from `event_to_dict`; unknown keys are ignored.

    Raises StoreError for a missing key, a value of the wrong kind or a newer schema.
    """
    try:
        if data["schema"] > SCHEMA:
            raise StoreError(
                f"event {data['id']} has schema {data['schema']}, this version knows {SCHEMA}; update passerby"
            )
        values = {field.name: data[field.name] for field in fields(Event)}
        evidence = values["evidence"]
        values |= {
            "phase": Phase(values["phase"]),
            "began_s": float(values["began_s"]),
            "at_s": float(values["at_s"]),
            "severity": Severity(values["severity"]),
            "measures": tuple(from_fields(Measure, measure) for measure in values["measures"]),
            "evidence": None if evidence is None else from_fields(EvidenceRef, evidence),
        }
        return Event(**values)
    except KeyError as error:
        raise StoreError(f"an event has no {error}; passerby did not write it") from error
    except (TypeError, ValueError) as error:
        raise StoreError(f"an event cannot be read ({error}); passerby did not write it") from error


def from_fields(of: type[T], data: Mapping[str, Any]) -> T:
    """Undo `asdict` for a flat dataclass: unknown keys are passed over, missing ones have their default.

    Raises KeyError for a missing key without a default.
    """
    known = (f for f in fields(of) if f.name in data or f.default is MISSING)  # type: ignore[arg-type]
    return of(**{field.name: data[field.name] for field in known})


def event_line(event: Event) -> bytes:
    """Return the event's line of events.jsonl, UTF-8, with its newline."""
    return json_line(event_to_dict(tidy_event(event)))


def json_line(data: object) -> bytes:
    """Return JSON as one line of a file, UTF-8, with its newline."""
    return json_text(data).translate(_LINE_ENDS).encode() + b"\n"


def event_from_line(line: bytes) -> Event:
    """Return the event of a line from `event_line`. Raises StoreError for a line that is not an event."""
    try:
        data = json.loads(line)
    except ValueError as error:
        raise StoreError(f"a line is not JSON ({error}); passerby did not write it") from error
    if not isinstance(data, dict):
        raise StoreError("a line is not a JSON object; passerby did not write it")
    return event_from_dict(data)


def json_text(data: object) -> str:
    """Return JSON in one line, with letters of any script unescaped. Raises ValueError for NaN and infinity."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False)


def check_finite(what: str, /, **values: float | str | None) -> None:
    """Raise StoreError naming the first value that is NaN or infinite."""
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise StoreError(f"{what}: {name} is {value}; only finite numbers can be stored")


def _tidy_measure(measure: Measure) -> Measure:
    value = measure.value if isinstance(measure.value, str) else tidy(measure.value, MEASURE_DECIMALS)
    return replace(measure, value=value, sd=None if measure.sd is None else tidy(measure.sd, MEASURE_DECIMALS))
