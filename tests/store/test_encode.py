from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given

from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, Measure
from passerby.store.encode import (
    check_finite,
    event_from_dict,
    event_from_line,
    event_line,
    event_to_dict,
    tidy_event,
)
from support.stored import EVENT, an_event, events

KEYS = (
    *("id", "seq", "kind", "phase", "camera", "place", "began_s", "at_s", "utc", "people", "severity", "measures"),
    *("evidence", "schema"),
)


@given(events)
def test_a_dict_holds_the_whole_event(event: Event) -> None:
    assert event_from_dict(event_to_dict(event)) == event


@given(events)
def test_a_line_holds_the_tidied_event_and_is_one_line(event: Event) -> None:
    line = event_line(event)
    assert event_from_line(line) == tidy_event(event)
    assert len(line.decode().splitlines()) == 1
    assert line.endswith(b"\n")


@given(events)
def test_tidying_moves_nothing_by_more_than_half_the_last_digit(event: Event) -> None:
    tidied = tidy_event(event)
    assert tidy_event(tidied) == tidied
    assert math.isclose(tidied.at_s, event.at_s, abs_tol=0.000501)
    for was, now in zip(event.measures, tidied.measures, strict=True):
        if isinstance(was.value, float) and isinstance(now.value, float):
            assert math.isclose(now.value, was.value, abs_tol=0.0000501)


def test_the_line_is_the_documented_one() -> None:
    assert event_line(EVENT) == (
        b'{"id": "e1", "seq": 0, "kind": "fast_movement", "phase": "start", "camera": "platform-1",'
        b' "place": "platform", "began_s": 11.5, "at_s": 12.5, "utc": "2026-03-01T07:45:12.500Z", "people": 1,'
        b' "severity": "warning", "measures": [{"name": "speed", "value": 2.9, "unit": "m/s", "sd": 0.2}],'
        b' "evidence": {"still": "stills/e1.jpg", "sha256": "' + b"ab" * 32 + b'", "redaction": "solid",'
        b' "clip": null, "clip_sha256": null, "gone": null},'
        b' "schema": 1}\n'
    )


@pytest.mark.parametrize(
    ("event", "has"),
    [
        (an_event(began_s=-0.0001), b'"began_s": 0.0'),  # no negative zero
        (an_event(at_s=12.34567), b'"at_s": 12.346'),
        (an_event(measures=(Measure("density", 1.40004999, "person/m2"),)), b'"value": 1.4,'),
        (an_event(measures=(Measure("direction", "in"),)), b'"value": "in", "unit": "", "sd": null'),
        (an_event(place="Süd 站"), "Süd 站".encode()),  # readable as it is
        (an_event(place="a\u2028b"), b"a\\u2028b"),  # some readers break lines there
        (an_event(evidence=None, utc=None), b'"utc": null'),
    ],
)
def test_lines_are_rounded_and_readable(event: Event, has: bytes) -> None:
    assert has in event_line(event)


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_key_is_named(key: str) -> None:
    data = event_to_dict(EVENT)
    del data[key]
    with pytest.raises(StoreError, match=f"an event has no '{key}'"):
        event_from_dict(data)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema": 2}, "has schema 2, this version knows 1"),
        ({"schema": None}, "cannot be read"),
        ({"phase": "middle"}, "'middle' is not a valid Phase"),
        ({"at_s": "noon"}, "could not convert"),
        ({"measures": None}, "not iterable"),
        ({"measures": [{"name": "speed"}]}, "has no 'value'"),
        ({"evidence": {}}, "has no 'still'"),
    ],
)
def test_a_dict_of_another_shape_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(StoreError, match=says):
        event_from_dict(event_to_dict(EVENT) | change)


def test_keys_of_tomorrow_are_passed_over() -> None:
    assert event_from_dict(event_to_dict(EVENT) | {"weather": "rain"}) == EVENT


@pytest.mark.parametrize("line", [b"", b'{"id": "e1", "se', b"\xff\xfe", b"[]", b"3"])
def test_a_line_that_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(StoreError, match="a line is not"):
        event_from_line(line)


def test_keys_stand_in_the_documented_order() -> None:
    assert tuple(json.loads(event_line(EVENT))) == KEYS


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_named(value: float) -> None:
    check_finite("sample", fps=9.5, state="live", p95_ms=None)
    with pytest.raises(StoreError, match=rf"sample: p95_ms is {value}; only finite"):
        check_finite("sample", fps=9.5, p95_ms=value)
