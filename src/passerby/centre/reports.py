"""Reads the reports of units. A report that does not fit the tables is refused: its unit must not repeat it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import ValidationError

from passerby.contracts.errors import InputError, StoreError
from passerby.contracts.events import SCHEMA
from passerby.contracts.reports import MOST_BYTES, UnitReport
from passerby.store.utc import optional_ms

LONGEST_NAME = 200
MOST_INTEGER = 2**31


def read_report(body: bytes) -> UnitReport:
    """Return the report of a message. Raises InputError, with a sentence, for one that cannot be kept."""
    if len(body) > MOST_BYTES:
        raise InputError(f"the report has {len(body)} bytes; at most {MOST_BYTES} are taken")
    try:
        report = UnitReport.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"the report cannot be read: {where or 'body'}: {first['msg']}") from None
    # Only a body with such a sequence is written again, to see whether a kept field has it.
    if b"\\u0000" in body and "\\u0000" in json.dumps(report.model_dump(mode="json")):
        raise InputError("the report has a NUL character, which PostgreSQL does not store")
    for fault in _faults(report):
        raise InputError(fault)
    return report


def _faults(report: UnitReport) -> Iterator[str]:
    for event in report.events:
        if event.schema > SCHEMA:
            yield f"event {event.id[:50]!r} has schema {event.schema}; update the control room first"
        yield from _unfit((event.id, event.kind, event.camera, event.place), (event.seq, event.people), event.utc)
    for flow in report.flows:
        yield from _unfit((flow.camera, flow.line), (flow.people,), flow.utc)
    for health in report.health:
        yield from _unfit((health.camera, health.faults), (health.dropped, health.decode_errors), health.utc)


def _unfit(names: tuple[str, ...], numbers: tuple[int, ...], utc: str | None) -> Iterator[str]:
    for name in names:
        if len(name) > LONGEST_NAME:
            yield f"{name[:50]!r}… has more than {LONGEST_NAME} characters"
    for number in numbers:
        if not 0 <= number < MOST_INTEGER:
            yield f"{number} is not between 0 and {MOST_INTEGER - 1}"
    try:
        optional_ms(utc)
    except StoreError as error:
        yield str(error)
