"""Alarms against a budget: what becomes one, how many a day, and how close together."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.contracts.events import Event, Severity
from passerby.contracts.settings import AlarmPolicy
from passerby.evals.budget_suite import budget_suite, read_events
from passerby.store.encode import event_line
from support.stored import an_end, an_event

POLICY = AlarmPolicy()


def incident(name: str, at_s: float, **more: object) -> list[Event]:
    kinds = {"kind": "fast_movement", "severity": Severity.WARNING, "utc": None} | more
    return [an_event(name, at_s=at_s, **kinds), an_end(name, 1, at_s=at_s + 2, **kinds)]  # type: ignore[arg-type]


def test_the_rate_is_per_camera_and_day() -> None:
    report = budget_suite([*incident("a", 10), *incident("b", 4000)], seconds=86_400, cameras=4, policy=POLICY)
    assert (report.aims[0].figure, report.aims[0].verdict) == (0.5, "missed")
    assert report.tables[0].rows == (("fast_movement", 2, 2, 0.5), ("all", 2, 2, 0.5))


def test_incidents_of_one_source_close_together_are_one_alarm() -> None:
    events = [e for k in range(10) for e in incident(f"i{k}", 20.0 * k)]
    report = budget_suite(events, 86_400, 1, POLICY)
    assert report.tables[0].rows[-1][1:3] == (10, 1)
    assert report.tables[1].rows[1][1] == 0  # no chatter


def test_the_units_own_policy_holds() -> None:
    events = [*incident("a", 10), *incident("b", 60)]
    quick = AlarmPolicy(rearm_s=20, budget_per_camera_day=2)
    whole, mine = (budget_suite(events, 86_400, 1, policy) for policy in (POLICY, quick))
    assert [report.tables[0].rows[-1][2] for report in (whole, mine)] == [1, 2], "quiet for 48 s between them"
    assert [(r.aims[0].limit, r.aims[0].verdict) for r in (whole, mine)] == [(0.46, "missed"), (2, "reached")]


def test_information_is_no_alarm() -> None:
    quiet = incident("a", 1, severity=Severity.INFO)
    assert budget_suite(quiet, 86_400, 1, POLICY).aims[0].figure == 0


def test_too_short_a_stretch_says_so() -> None:
    assert any("too few" in note for note in budget_suite([], 3600, 1, POLICY).notes)
    assert not any("too few" in note for note in budget_suite([], 7 * 86_400, 1, POLICY).notes)


@pytest.mark.parametrize(("seconds", "cameras"), [(0, 1), (3600, 0)])
def test_no_time_is_refused(seconds: float, cameras: int) -> None:
    with pytest.raises(UsageError, match="the observed time is zero"):
        budget_suite([], seconds, cameras, POLICY)


def test_events_are_read_and_a_broken_line_is_named(tmp_path: Path) -> None:
    path, events = tmp_path / "events.jsonl", incident("a", 5)
    whole = [event_line(e) for e in events]
    text = [line if isinstance(line, bytes) else line.encode() for line in whole]
    path.write_bytes(b"\n".join(line.strip() for line in text) + b"\n")
    assert read_events(path) == events
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(UsageError, match=r"events\.jsonl:3: "):
        read_events(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_events(tmp_path / "none.jsonl")
