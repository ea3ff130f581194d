"""`analyze` and `run` leave what is recorded: every line of their files and every row of their database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.golden.case import RECORDED, judge, rows_of
from support.golden.commands import COMMANDS, Command
from support.golden.scrub import VOLATILE, Scrubber
from support.golden.texts import text_differences


@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: case.name)
def test_a_command_leaves_what_is_recorded(case: Command, tmp_path: Path) -> None:
    differences = judge(case, tmp_path).differences
    assert not differences, "\n".join(["`just golden` shows these, and how to accept them:", *differences])


def kept(file: str, case: str = "run") -> str:
    return (RECORDED / case / file).read_text("utf-8")


def test_every_table_that_a_run_fills_has_rows() -> None:
    tables = {row["table"] for row in rows_of(kept("database.jsonl"))}
    assert tables == {
        *("event", "alarm", "audit", "audit_head", "evidence_file", "ledger", "file_mark", "camera_health"),
        *("zone_sample", "line_sample", "flow_sample", "occupancy_sample"),
    }, "the table of locks is empty"


def test_everything_volatile_occurs_and_has_a_reason() -> None:
    texts = "".join(path.read_text("utf-8") for case in COMMANDS for path in (RECORDED / case.name).iterdir())
    escaped = texts.replace('\\"', '"')
    for volatile in VOLATILE:
        assert volatile.shown in escaped, volatile
        assert len(volatile.why) > 15
        assert bool(volatile.pattern) != bool(volatile.column)


def test_ids_become_what_they_are_of() -> None:
    events = [
        {"id": "00000000040JKFBP23A73K8VBP", "camera": "north", "kind": "line_crossing", "place": "stairs"},
        {"id": "0000000001S4WDPAYAE10W6GSV", "camera": "north", "kind": "camera_lost", "place": ""},
        {"id": "0000000005F7GM5T7DGR6BKC7J", "camera": "north", "kind": "line_crossing", "place": "stairs"},
    ]
    scrub = Scrubber(Path("/home/x"), [*events, events[0]])
    assert scrub.text("/home/x/stills/0000000005F7GM5T7DGR6BKC7J.jpg 0000000001S4WDPAYAE10W6GSV") == (
        "<folder>/stills/<north line_crossing stairs 2>.jpg <north camera_lost 1>"
    )
    assert scrub.text("01M8MCK3HAZYNBCTEP7JXZGMSV") == "01M8MCK3HAZYNBCTEP7JXZGMSV", (
        "an unknown one stays and differs"
    )


@pytest.mark.parametrize(
    ("file", "was", "now", "line"),
    [
        (
            "events.jsonl",
            '"value": 3.13',
            '"value": 3.4',
            "moved   events.jsonl: north fast_movement <north fast_movement platform 1> 0 platform measures speed "
            "value: 3.13 -> 3.4",
        ),
        (
            "database.jsonl",
            '"table":"ledger","camera":"north","day":"recording","frames_in":210',
            '"table":"ledger","camera":"north","day":"recording","frames_in":200',
            "moved   database.jsonl: ledger north recording frames_in: 210 -> 200",
        ),
        (
            "lines.csv",
            "stairs,0.0,,60.0,2,1",
            "stairs,0.0,,60.0,3,1",
            "moved   lines.csv: north stairs 0.0 in: 2 -> 3",
        ),
        ("files.txt", "roots.txt\n", "", "lost    files.txt: roots.txt"),
        ("summary.south.json", '"frames": 60', '"frames": 59', "moved   summary.south.json: frames: 60 -> 59"),
        (
            "zones.csv",
            "north,platform,0.0",
            '"north",platform,0.0',
            "moved   zones.csv: only the order or the writing, first in line 2",
        ),
    ],
)
def test_a_difference_names_file_row_and_field(file: str, was: str, now: str, line: str) -> None:
    text = kept(file)
    assert was in text
    reported = text_differences(file, text, text.replace(was, now))
    assert any(one.startswith(line) for one in reported), reported


def test_other_spaces_are_a_difference() -> None:
    events = kept("events.jsonl")
    compact = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows_of(events))
    (line,) = text_differences("events.jsonl", events, compact)
    assert line.startswith("moved   events.jsonl: only the order or the writing, first in line 1: {")
