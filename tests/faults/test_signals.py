"""Signals to a running `analyze`: what was written is finished, playable and agrees with itself."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from support import figures, stage
from support.figures import MAGENTA, YELLOW, Figure, film, leaked, pictures
from support.stage import events_in, program
from support.waiting import ended, until

# Somebody on the track all the time, and somebody who crosses the line again and again.
TRESPASSER = Figure(YELLOW, ((0.3, 160, 120), (600.0, 160, 120)), height=40)
BUSY = Figure(MAGENTA, tuple((4.0 * n, 60 if n % 2 else 260, 200) for n in range(150)))


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A video of a minute, a detector, a configuration."""
    folder = tmp_path_factory.mktemp("long")
    video = film(folder / "long.mp4", (TRESPASSER, BUSY), 60.0)
    return video, figures.model(folder / "m.onnx"), stage.unit(folder / "unit.yaml", {"source": str(video)})


def lines(folder: Path) -> int:
    path = folder / "events.jsonl"
    return path.read_bytes().count(b"\n") if path.is_file() else 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_midway_finishes_the_files(
    long: tuple[Path, Path, Path], tmp_path: Path, number: signal.Signals
) -> None:
    video, model, unit = long
    out, log = tmp_path / "out", tmp_path / "log"
    with program("analyze", "--model", model, "--config", unit, "--out", out, video, video, log=log) as child:
        until(lambda: lines(out / "long") >= 4)
        child.send_signal(number)
        assert ended(child) == 130
    assert log.read_text().splitlines() == [
        f"passerby: {number.name}: finishing the files",
        f"passerby: interrupted: 1 video was not begun: {video}",
    ]
    assert {p.name for p in out.iterdir()} == {"long"}, "the next video is not begun"
    summary = json.loads((out / "long" / "summary.json").read_text("utf-8"))
    assert 10 < summary["frames"] < 600
    assert (summary["stopped_at_s"], summary["recording_s"]) == (summary["seconds"], 60.0)
    page = (out / "long" / "report.html").read_text("utf-8")
    assert f"Stopped at {summary['seconds']:.1f} s of 60.0 s; the rest was not analysed" in page
    shown = [*pictures(out / "long" / "redacted.mp4")]
    assert len(shown) == summary["frames_written"] == summary["frames"]
    assert sum(map(leaked, shown)) == 0
    events = events_in(out / "long")
    lasting = [e for e in events if e["kind"] != "line_crossing"]
    assert {e["id"] for e in lasting if e["phase"] == "end"} == {e["id"] for e in lasting} != set()
    starts = [e["kind"] for e in events if e["phase"] == "start"]
    assert summary["events"] == {kind: starts.count(kind) for kind in sorted(set(starts))}
    assert (out / "long" / "report.html").is_file()


def test_a_second_signal_ends_at_once_and_the_events_stay(long: tuple[Path, Path, Path], tmp_path: Path) -> None:
    video, model, unit = long
    out = tmp_path / "out"
    with program(
        "analyze", "--model", model, "--config", unit, "--out", out, video, log=tmp_path / "log"
    ) as child:
        until(lambda: lines(out) >= 4)
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGTERM)
        assert ended(child) == 130
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert len(events_in(out)) >= 4


@pytest.mark.slow
def test_killed_midway_every_line_is_whole_and_a_rerun_is_as_if_nothing_had_been(
    long: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    video, model, unit = long
    out = tmp_path / "out"
    short = film(tmp_path / "short.mp4", (TRESPASSER,), 3.0)
    with program(
        "analyze", "--model", model, "--config", unit, "--out", out, video, log=tmp_path / "log"
    ) as child:
        until(lambda: lines(out) >= 4)
        child.kill()
        child.wait()
    assert len(events_in(out)) >= 4
    assert sum(map(leaked, pictures(out / "redacted.mp4"))) == 0
    for folder in (out, tmp_path / "fresh"):
        with program(
            "analyze", "--model", model, "--config", unit, "--out", folder, short, log=tmp_path / "log"
        ) as child:
            assert ended(child) == 0
    names = ("events.jsonl", "zones.csv", "lines.csv")
    assert [(out / name).read_bytes() for name in names] == [
        (tmp_path / "fresh" / name).read_bytes() for name in names
    ]
    assert {p.name for p in (out / "stills").iterdir()} == {
        p.name for p in (tmp_path / "fresh" / "stills").iterdir()
    }
