from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.app import terminal
from passerby.app.terminal import print_summary, progress_bar
from support.reported import summary


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def printed(capsys: pytest.CaptureFixture[str], **changes: object) -> str:
    print_summary(replace(summary(60.0), **changes), Path("out"))  # type: ignore[arg-type]
    return capsys.readouterr().out


def test_what_was_seen_and_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, events={"intrusion": 2, "loitering": 1})
    assert text.splitlines()[0] == "platform-1  recordings/platform-1-morning.mp4"
    assert "1500 of 1500 frames, 60.0 s of video in 18.6 s (3.2x real time)" in text
    assert "at most 23 at once" in text
    assert "2 intrusion, 1 loitering" in text
    assert "embedded-384 at 640x384 on onnxruntime 1.23" in text
    assert "out/report.html" in text


def test_what_was_odd_and_what_would_help_is_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(
        capsys, gaps=("1.0 s to 2.0 s: gone",), notes=("odd [bold]x",), hints=("a", "b"), lost={"frames": 3}
    )
    lines = [line.strip() for line in text.splitlines()[-5:]]
    assert lines == [
        "gap       1.0 s to 2.0 s: gone",
        "note      odd [bold]x",
        "add       a",
        "add       b",
        "lost      3 frames",
    ]


def test_nothing_seen_in_no_time(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, seconds=0.0, wall_s=0.0, events={}, gaps=(), lost={})
    assert "(0.0x real time)" in text
    assert "events    none" in text


def test_a_pace_below_real_time_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, seconds=9.0, wall_s=10.0)
    assert "(0.9x real time: slower than a live camera; passerby bench shows" in text


def test_long_lines_are_not_folded(capsys: pytest.CaptureFixture[str]) -> None:
    assert max(map(len, printed(capsys, notes=("word " * 100,)).splitlines())) > 400


@pytest.mark.parametrize(("quiet", "terminal"), [(True, True), (False, False)])
def test_no_bar_when_quiet_or_when_nobody_looks(
    quiet: bool, terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_bar("platform", 10.0, quiet=quiet) as progress:
        progress(5.0)
    assert stream.getvalue() == ""


def test_a_log_gets_a_line_at_the_start_and_every_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, clock = io.StringIO(), iter([100.0, 104.0, 110.0, 115.0, 125.0])
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(clock))
    with progress_bar("rendering hall", 1.0, quiet=False, lines=True) as progress:
        for share in (0.1, 0.25, 0.3, 0.5):
            progress(share)
    lines = stream.getvalue().replace("\N{NARROW NO-BREAK SPACE}", " ").splitlines()
    assert lines == [
        "rendering hall",
        "rendering hall: 25%, about 30 s left",
        "rendering hall: 50%, about 25 s left",
    ]


def test_a_log_without_lines_or_without_a_length_stays_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    for total, quiet in ((1.0, True), (None, False)):
        with progress_bar("rendering hall", total, quiet=quiet, lines=True) as progress:
            progress(0.5)
    assert stream.getvalue() == ""


@pytest.mark.parametrize("seconds", [10.0, None])
def test_a_bar_on_a_terminal_is_on_standard_error_only(
    seconds: float | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_bar("platform", seconds, quiet=False) as progress:
        progress(5.0)
    assert "platform" in stream.getvalue()
    assert capsys.readouterr().out == ""
