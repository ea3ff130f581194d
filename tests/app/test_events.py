from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from passerby.app.events import events
from passerby.camera import floor_drift
from passerby.camera.outage import EVIDENCE_KIND, KIND
from passerby.camera.pause import FOCUSING, OFF_PRESET
from passerby.config.keys import rule_kinds
from passerby.contracts.camera_faults import CLOCK_DRIFT, FAULT_TYPES, LOW_BITRATE, LOW_FPS, REPORTED
from passerby.contracts.errors import PasserbyError, StoreError, UsageError
from passerby.contracts.event_kinds import EVENT_KINDS, STATE_KINDS
from passerby.contracts.events import Event, Measure, Phase, Severity
from passerby.store.encode import event_from_line
from passerby.store.formats import EVENT_HEADER
from passerby.store.results import DATABASE, ResultsStore
from passerby.unit import scheduler
from passerby.unit.outage import DELIVERY_OUTAGE, STORE_OUTAGE
from support.stored import an_end, an_event

DIRECTION = (Measure("direction", "in"),)
STORED = (
    an_event("a", at_s=10.0, utc="2026-03-01T07:00:00.000Z"),
    an_end("a", 1, at_s=14.0, utc="2026-03-01T07:00:04.000Z"),
    an_event(
        "b", kind="intrusion", place="track", severity=Severity.ALARM, at_s=20.0, utc="2026-03-01T07:00:10.000Z"
    ),
    an_event("c", kind="line_crossing", place="stairs", measures=DIRECTION, at_s=3725.25, utc=None, camera="hall"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Results still being written: the command reads beside the running program."""
    with ResultsStore(tmp_path / "out") as store:
        for event in STORED:
            store.write_records([event])
        yield tmp_path / "out"


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command("events")(events)
    return CliRunner().invoke(app, [str(a) for a in arguments])


def reported(*arguments: object) -> list[Event]:
    result = run(*arguments, "--format", "jsonl")
    assert result.exit_code == 0, result.output
    return [event_from_line(line) for line in result.stdout_bytes.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ([], ["a0", "a1", "b0", "c0"]),
        (["--camera", "hall"], ["c0"]),
        (["--kind", "intrusion", "--kind", "line_crossing"], ["b0", "c0"]),
        (["--place", "track"], ["b0"]),
        (["--severity", "alarm"], ["b0"]),
        (["--phase", "end"], ["a1"]),
        (["--open"], ["b0"]),  # a has ended, a crossing is over at once
        (["--last", "2"], ["b0", "c0"]),
        (["--since", "14"], ["a1", "b0", "c0"]),
        (["--since", "14", "--until", "20"], ["a1"]),
        (["--since", "2026-03-01T07:00:10Z"], ["b0"]),
        (["--since", "2026-03-01T08:00:10+01:00"], ["b0"]),
        (["--until", "2026-03-01T07:00:10"], ["a0", "a1"]),  # without an offset: UTC
        (["--since", "2026-03-01", "--camera", "hall"], []),  # a recording has no wall clock
    ],
)
def test_filters(folder: Path, arguments: list[str], ids: list[str]) -> None:
    assert [f"{event.id}{event.seq}" for event in reported(folder, *arguments)] == ids


def test_json_is_jsonl_and_is_the_file(folder: Path) -> None:
    asked, named = run(folder, "--json"), run(folder, "--format", "jsonl", "--json")
    assert asked.stdout_bytes == named.stdout_bytes == (folder / "events.jsonl").read_bytes()
    assert [json.loads(line)["id"] for line in asked.stdout.splitlines()] == ["a", "a", "b", "c"]


@pytest.mark.parametrize(
    ("times", "order"),
    [
        ([(10.0, None), (4.0, None), (7.0, None)], [1, 2, 0]),  # a recording: a line crossing is reported late
        ([(900.0, "08:00"), (5.0, "07:59"), (30.0, "08:01")], [1, 0, 2]),  # two cameras: by the wall clock
        ([(5.0, None), (900.0, "08:00"), (5.0, None)], [1, 0, 2]),  # of equal times, the one stored first
    ],
)
def test_events_are_sorted_by_time(
    tmp_path: Path, times: list[tuple[float, str | None]], order: list[int]
) -> None:
    with ResultsStore(tmp_path) as store:
        for i, (at_s, utc) in enumerate(times):
            store.write_records([an_event(str(i), at_s=at_s, utc=utc and f"2026-03-01T{utc}:00.000Z")])
    ids = [str(i) for i in order]
    assert [event.id for event in reported(tmp_path)] == ids
    assert [event.id for event in reported(tmp_path, "--last", "2")] == ids[1:]


def test_csv_has_a_header_and_a_row_an_event(folder: Path) -> None:
    rows = list(csv.DictReader(run(folder, "--format", "csv").stdout.splitlines()))
    assert list(rows[0]) == list(EVENT_HEADER)
    assert [row["measures"] for row in rows] == ["speed=2.9 m/s sd 0.2"] * 3 + ["direction=in"]
    assert rows[3]["utc"] == ""


def test_csv_of_nothing_is_its_header(folder: Path) -> None:
    assert run(folder, "--format", "csv", "--kind", "crowding").stdout == ",".join(EVENT_HEADER) + "\n"


def test_the_table_reads_in_words(folder: Path) -> None:
    result = run(folder)
    lines = [line.split() for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert lines[0] == ["time", "camera", "kind", "place", "phase", "people", "measures", "id"]
    assert lines[1][:8] == ["2026-03-01", "07:00:00", "UTC", "platform-1", "fast", "movement", "platform", "start"]
    assert lines[1][8:] == ["1", "speed", "2.9", "±", "0.2", "m/s", "a"]
    assert lines[4] == ["1:02:05.2", "hall", "line", "crossing", "stairs", "start", "1", "direction", "in", "c"]
    assert lines[5] == ["4", "events"]


def test_a_table_of_nothing_says_so(folder: Path) -> None:
    assert run(folder, "--kind", "crowding").stdout == "No events match.\n"
    assert run(folder, "--kind", "intrusion").stdout.splitlines()[-1] == "1 event"


def test_a_folder_of_several_videos_is_read_as_a_whole(folder: Path) -> None:
    with ResultsStore(folder.parent / "second") as other:
        other.write_records([an_event("d", phase=Phase.UPDATE)])
    assert [event.id for event in reported(folder.parent)] == ["a", "a", "b", "c", "d"]
    assert [event.id for event in reported(folder.parent, "--last", "1")] == ["c", "d"]
    lines = [line.split() for line in run(folder.parent).stdout.splitlines()]
    assert [line[0] for line in lines] == ["video", *["out"] * 4, "second", "5"]


def test_the_database_itself_may_be_named(folder: Path) -> None:
    assert [event.id for event in reported(folder / DATABASE, "--last", "1")] == ["c"]


def test_names_cannot_steer_the_terminal_or_the_markup(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        store.write_records([an_event(place="[red]\x1b[31m\nx")])
    assert "[red]\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}x" in run(tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "kind", "code", "says"),
    [
        (["--since", "noon"], UsageError, 2, "--since 'noon' is neither seconds (12.5) nor a time"),
        (["--until", "nan"], UsageError, 2, "--until 'nan' is neither"),
        (["--json", "--format", "csv"], UsageError, 2, "--json and --format csv contradict each other"),
    ],
)
def test_bad_usage(folder: Path, arguments: list[str], kind: type[PasserbyError], code: int, says: str) -> None:
    error = run(folder, *arguments).exception
    assert isinstance(error, kind)
    assert says in str(error)
    assert error.exit_code == code


@pytest.mark.parametrize(
    "arguments", [["--last", "0"], ["--format", "xml"], ["--severity", "grave"], ["--phase", "x"]]
)
def test_bad_usage_that_the_parser_finds(folder: Path, arguments: list[str]) -> None:
    assert run(folder, *arguments).exit_code == 2


@pytest.mark.parametrize("name", ["nowhere", "empty", "notes.txt"])
def test_what_holds_no_results(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no database " * 100)
    error = run(tmp_path / name).exception
    assert isinstance(error, StoreError)
    assert error.exit_code == 3
    assert name in str(error)


UNKNOWN = [
    ("--camera", "hal", "--camera hal: there is none here; there are hall, platform-1"),
    ("--kind", "loitring", "--kind loitring: there is none here; there are analysis_paused, calibration_drift, "),
    ("--place", "trak", "--place trak: there is none here; there are "),
]


@pytest.mark.parametrize(("option", "name", "sentence"), UNKNOWN)
def test_a_name_that_does_not_exist_is_refused_with_those_that_do(
    folder: Path, option: str, name: str, sentence: str
) -> None:
    result = run(folder, option, name)
    assert isinstance(result.exception, UsageError)
    assert str(result.exception).startswith(sentence)


def test_a_kind_that_did_not_happen_is_no_mistake(folder: Path) -> None:
    assert reported(folder, "--kind", "fall") == []


def test_the_kinds_of_rules_and_of_states_are_all_there_are() -> None:
    assert {*rule_kinds(), *STATE_KINDS} == set(EVENT_KINDS)
    of_unit = {STORE_OUTAGE.kind, DELIVERY_OUTAGE.kind, scheduler.KIND}
    of_stream = {fault.name for fault in (LOW_FPS, LOW_BITRATE, CLOCK_DRIFT, REPORTED)}
    pauses = {FOCUSING, OFF_PRESET}
    assert {KIND, EVIDENCE_KIND, floor_drift.KIND, *of_unit, *of_stream, *pauses, *FAULT_TYPES} == STATE_KINDS
