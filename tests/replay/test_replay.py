"""A recording gives the same events as the last time, and a difference is reported so that one can judge it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.contracts.events import Event, Measure, Phase
from support import replay as tool
from support.replay import Recorded, differences, read, recordings, replay, written
from support.replay_scene import record
from support.stage import KINDS


@pytest.mark.parametrize("recorded", recordings(), ids=lambda r: r.path.name.split(".")[0])
def test_the_events_are_those_of_the_last_time(recorded: Recorded) -> None:
    reported = differences(read(recorded.golden), replay(recorded))
    assert not reported, "\n".join(["see support/replay.py on how to accept this:", *reported])


def platform() -> list[Event]:
    return read(Recorded(tool.PACKAGE / "platform.detections.jsonl").golden)


def test_the_recording_is_worth_replaying() -> None:
    starts = Counter(e.kind for e in platform() if e.phase is Phase.START)
    assert set(starts) == KINDS
    assert starts["line_crossing"] >= 8


def test_the_events_agree_with_what_was_staged() -> None:
    """Not only the same as last time, but right."""
    starts = [e for e in platform() if e.phase is Phase.START]
    count = Counter((e.kind, *(m.value for m in e.measures if m.name == "direction")) for e in starts)
    assert count == {
        ("line_crossing", "in"): 5,
        ("line_crossing", "out"): 5,
        ("fast_movement",): 1,
        ("loitering",): 1,
        ("intrusion",): 2,
        ("crowding",): 1,
    }


def test_equal_events_have_no_difference() -> None:
    assert differences(platform(), platform()) == []


def changed(events: list[Event], name: str, **changes: object) -> list[Event]:
    return [replace(e, **changes) if e.id == name else e for e in events]  # type: ignore[arg-type]


def first(kind: str) -> Event:
    return next(e for e in platform() if e.kind == kind)


def test_an_incident_that_is_gone_is_lost() -> None:
    gone = first("intrusion")
    (line,) = differences(platform(), [e for e in platform() if e.id != gone.id])
    assert line.startswith("lost    intrusion at track, began ")


def test_an_incident_that_is_new_is_gained() -> None:
    extra = replace(first("line_crossing"), id="extra", began_s=80.5, at_s=80.5)
    (line,) = differences(platform(), [*platform(), extra])
    assert line.startswith("gained  line_crossing at stairs, began 80.50 s, told 80.50 s")


def test_an_incident_that_moved_says_what_changed() -> None:
    reported = first("fast_movement")
    faster = (Measure("speed", 9.99, "m/s"), *reported.measures[1:])
    ends = [e for e in platform() if e.id == reported.id]
    (line,) = differences(
        platform(), [replace(e, measures=faster) if e is ends[-1] or e == ends[-1] else e for e in platform()]
    )
    assert line.startswith(f"moved   fast_movement at platform, {reported.at_s:.2f} s: speed ")
    assert "-> 9.99 m/s" in line


def test_an_incident_far_from_where_it_was_is_another_one() -> None:
    reported = first("intrusion")
    lines = differences(platform(), changed(platform(), reported.id, began_s=2.0, at_s=3.0))
    assert [line.split()[0] for line in lines] == ["gained", "lost"], "in the order of time"


def test_other_identifiers_alone_are_one_line() -> None:
    lines = differences(platform(), [replace(e, id=f"x{e.id}") for e in platform()])
    assert lines == ["moved   only the order or the identifiers of the events"]


def test_the_command_reports_then_updates_then_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded = recordings()[0]
    (tmp_path / recorded.path.name).write_bytes(recorded.path.read_bytes())
    (tmp_path / recorded.golden.name).write_bytes(written(read(recorded.golden)[2:]))
    monkeypatch.setattr(tool, "PACKAGE", tmp_path)
    now = replay(recorded)
    monkeypatch.setattr(tool, "replay", lambda _: now)
    assert tool.main([]) == 1
    reported = capsys.readouterr().out
    assert reported.startswith("platform: ")
    assert tool.main(["--update"]) == 0
    assert capsys.readouterr().out == reported
    assert tool.main([]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / recorded.golden.name).read_bytes() == recorded.golden.read_bytes()


def test_the_generator_still_draws_such_a_recording(tmp_path: Path) -> None:
    record(tmp_path)
    (drawn,) = [Recorded(path) for path in tmp_path.iterdir()]
    kept = recordings()[0]
    frames, before = drawn.lines(), kept.lines()
    assert len(frames) == len(before)
    assert frames[0]["camera"]["rules"] == before[0]["camera"]["rules"]
    boxes, as_before = (sum(len(f.get("boxes", ())) for f in lines) for lines in (frames, before))
    assert boxes == pytest.approx(as_before, rel=0.02)
