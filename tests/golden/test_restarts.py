"""Units that end otherwise than planned and run again leave what is recorded; so does a floor that is learned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.golden.case import RECORDED, Case, judge, rows_of
from support.golden.floors import FLOORS
from support.golden.restarts import RESTARTS

LASTING = ("loitering", "intrusion", "fast_movement")
PLACES = ("platform", "track", "platform")


@pytest.mark.parametrize("case", [*RESTARTS, *FLOORS], ids=lambda case: case.name)
def test_two_runs_leave_what_is_recorded(case: Case, tmp_path: Path) -> None:
    differences = judge(case, tmp_path).differences
    assert not differences, "\n".join(["`just golden` shows these, and how to accept them:", *differences])


def kept(case: str, file: str = "events.jsonl") -> list[dict[str, Any]]:
    return rows_of((RECORDED / case / file).read_text("utf-8"))


def ends(case: str) -> dict[str, dict[str, Any]]:
    """The measures of the end of each incident that lasts, by its name."""
    of_ends = [event for event in kept(case) if event["phase"] == "end" and event["kind"] in LASTING]
    return {event["id"]: {m["name"]: m["value"] for m in event["measures"]} for event in of_ends}


@pytest.mark.parametrize(
    ("case", "exits", "why"),
    [
        ("killed", "[-9, 0]\n", "the next run ends what was open, at the last moment that it knows of"),
        ("stopped", "[0, 0]\n", "the run itself ends what is open"),
        ("failed", "[0]\n", "the camera's loop ends what is open before the unit starts it again"),
    ],
)
def test_what_was_open_ends_once(case: str, exits: str, why: str) -> None:
    assert (RECORDED / case / "exit.txt").read_text("utf-8") == exits
    names = [f"<north {kind} {place} {n}>" for kind, place in zip(LASTING, PLACES, strict=True) for n in (1, 2)]
    assert sorted(ends(case)) == sorted(names), why
    by_restart = {name for name, measures in ends(case).items() if measures.get("ended_by") == "restart"}
    assert by_restart == ({name for name in names if " 1>" in name} if case == "killed" else set()), why


def test_a_floor_that_is_kept_gives_speeds_from_the_first_walker_on() -> None:
    speeds = [event for event in kept("floor") if event["kind"] == "fast_movement" and event["phase"] == "start"]
    crossings = [event for event in kept("floor") if event["kind"] == "line_crossing"]
    second = next(n for n, event in enumerate(crossings) if n and event["began_s"] < crossings[n - 1]["began_s"])
    assert second == 23, "the walkers of the first run"
    began = [event["began_s"] for event in speeds]
    assert next(s for s in began if s > 100) > crossings[19]["began_s"], "not before twenty people walked past"
    assert min(began) < 2, "in the second run at once"
    first, again = kept("floor", "floor.jsonl")
    assert first == again
