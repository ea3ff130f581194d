"""The log as JSON: one object a line, whatever was logged."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from passerby.app.logs import JsonFormatter, start_log


def line(message: str, *args: object, exc_info: Any = None) -> dict[str, Any]:
    record = logging.LogRecord("passerby.x", logging.WARNING, "x.py", 1, message, args, exc_info)
    record.created = 1_772_352_000.25
    text = JsonFormatter().format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize(
    ("message", "args", "expected"),
    [
        ("camera %s is lost: %s", ("hall", "no picture"), {"message": "camera hall is lost: no picture"}),
        ("%d records", (3,), {"message": "3 records", "args": [3], "template": "%d records"}),
        ("100 % of it", (), {"message": "100 % of it", "args": []}),
        ("two\nlines « é »", (), {"message": "two\nlines « é »"}),
        ("%s", (ValueError("no"),), {"message": "no", "args": ["no"]}),
        ("%(n)s of them", ({"n": 1},), {"message": "1 of them"}),
    ],
)
def test_a_line_is_one_object(message: str, args: tuple[object, ...], expected: Mapping[str, object]) -> None:
    found = line(message, *args)
    assert {key: found[key] for key in expected} == expected
    assert (found["utc"], found["level"], found["source"]) == ("2026-03-01T08:00:00.250Z", "warning", "passerby.x")


def test_an_error_in_passerby_has_its_trace() -> None:
    try:
        raise KeyError("gone")
    except KeyError:
        found = line("an error in passerby; please report it", exc_info=sys.exc_info())
    assert "KeyError: 'gone'" in found["trace"]


def test_the_log_has_no_lines_about_the_parts_of_a_library() -> None:
    start_log(logging.INFO)
    assert not logging.getLogger("alembic.runtime.plugins").isEnabledFor(logging.INFO)
    assert logging.getLogger("alembic.runtime.plugins").isEnabledFor(logging.WARNING)
