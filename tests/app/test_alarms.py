"""`passerby alarms` as somebody at the station uses it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from passerby.app import alarm_list, alarms
from passerby.app.alarm_list import last_row, new_lines
from passerby.contracts.alarms import Alarm
from passerby.contracts.errors import PasserbyError
from passerby.contracts.events import Phase
from passerby.store import audit, shelves
from passerby.store.connect import reading
from passerby.store.results import DATABASE, ResultsStore
from passerby.store.shelves import SHELVES, load
from support.stored import ALARM


def call(*words: str) -> Result:
    return CliRunner().invoke(alarms.app, words)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with ResultsStore(tmp_path) as store:
        store.write_records([ALARM])
    return tmp_path


def test_list_shows_each_alarm(folder: Path) -> None:
    assert "fast movement" in call("list", str(folder)).stdout
    assert json.loads(call("list", str(folder), "--json").stdout)["id"] == ALARM.id
    assert call("list", str(folder), "--open").stdout.count("warning") == 1


def test_follow_prints_what_is_stored_later_each_line_once(folder: Path) -> None:
    later = [replace(ALARM, seq=1, phase=Phase.UPDATE, people=3), replace(ALARM, seq=2, phase=Phase.END)]
    found = new_lines(folder / DATABASE, last_row(folder / DATABASE), lambda: write(folder, later.pop(0)))
    assert [(alarm.seq, alarm.people) for alarm in islice(found, 2)] == [(1, 3), (2, 1)]
    assert len(list(islice(new_lines(folder / DATABASE, 0, interrupt), 3))) == 3


def test_follow_begins_with_the_list_and_ends_with_ctrl_c(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm_list.time, "sleep", lambda _: interrupt())
    result = call("list", str(folder), "--follow", "--json")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [ALARM.id]
    assert isinstance(result.exception, KeyboardInterrupt) or result.exit_code == 130


def interrupt() -> None:
    raise KeyboardInterrupt


def write(folder: Path, alarm: Alarm) -> None:
    with ResultsStore(folder) as store:
        store.write_records([alarm])


def test_shelve_and_take_off(folder: Path) -> None:
    done = call("shelve", str(folder), "--kind", "loitering", "--for", "90min", "--reason", "works at gate 3")
    assert done.exit_code == 0, done.output
    (shelf,) = load(folder / SHELVES)
    left = datetime.fromisoformat(shelf.until_utc) - datetime.now(UTC)
    assert timedelta(minutes=88) < left <= timedelta(minutes=90)
    assert (shelf.kind, shelf.reason, bool(shelf.by)) == ("loitering", "works at gate 3", True)
    assert "works at gate 3" in call("shelved", str(folder)).stdout
    assert [s["kind"] for s in json.loads(call("shelved", str(folder), "--json").stdout)] == ["loitering"]
    with reading(folder / "passerby.db") as connection:
        assert [row.entry.act for row in audit.rows(connection)] == ["shelved"]
    assert call("unshelve", str(folder), "--kind", "loitering").exit_code == 0
    assert "No shelved alarms" in call("shelved", str(folder)).stdout


def test_the_end_is_to_the_millisecond_and_what_is_over_goes_at_the_next_shelving(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = 1_772_351_100_999  # 2026-03-01T07:45:00.999Z
    for later_ms, kind in ((0, "loitering"), (1_799_999, "fall"), (1_800_000, "queue")):
        for module in (alarms, shelves):
            monkeypatch.setattr(module, "now_ms", lambda now=begins + later_ms: now)
        assert call("shelve", str(folder), "--kind", kind, "--for", "0.5h", "--reason", "r").exit_code == 0
        listed = call("shelved", str(folder)).stdout
        assert ("loitering" in listed) == (later_ms < 1_800_000)
    assert [(s.kind, s.until_utc) for s in load(folder / SHELVES)] == [
        ("fall", "2026-03-01T08:45:00.998Z"),
        ("queue", "2026-03-01T08:45:00.999Z"),
    ]


WRONG = [
    (["shelve", "{}", "--for", "2h", "--reason", "r"], "no alarms selected"),
    (
        ["shelve", "{}", "--for", "2h", "--reason", "r", "--kind", "loitring"],
        "--kind loitring: there is none here",
    ),
    (["shelve", "{}", "--kind", "x", "--for", "2h", "--reason", " "], "--reason is empty"),
    (["shelve", "{}", "--kind", "x", "--for", "25h", "--reason", "r"], "at most 24h"),
    (["shelve", "{}", "--kind", "x", "--for", "0min", "--reason", "r"], "at most 24h"),
    (["shelve", "{}", "--kind", "x", "--for", "a while", "--reason", "r"], "is not a duration"),
    (["shelve", "{}/none", "--kind", "x", "--for", "1h", "--reason", "r"], "is not a folder"),
    (["unshelve", "{}", "--kind", "x"], "no shelved alarms match kind x"),
    (["list", "{}/none"], "contains no passerby.db"),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[w[1] for w in WRONG])
def test_a_wrong_request_is_one_sentence(folder: Path, words: list[str], says: str) -> None:
    result = call(*(word.format(folder) for word in words))
    assert isinstance(result.exception, PasserbyError)
    assert says in str(result.exception)
    assert load(folder / SHELVES) == ()
