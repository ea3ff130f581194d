"""A running unit for tests: waits for what it does, and judges what it left."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from passerby.evidence.clip import CLIPS
from passerby.evidence.video import plays
from passerby.store import evidence
from passerby.store.connect import reading
from passerby.store.encode import event_line
from passerby.store.events import query
from passerby.store.results import DATABASE
from support.figures import Figure, film, leaked, pictures
from support.rtsp import TestCamera, missing
from support.stage import events_in


def whole_lines(folder: Path) -> list[bytes]:
    """The lines of events.jsonl that have their end, as a running unit may be writing one; none without a file."""
    path = folder / "events.jsonl"
    lines = path.read_bytes().splitlines(keepends=True) if path.is_file() else []
    return [line for line in lines if line.endswith(b"\n")]


def events_so_far(folder: Path) -> list[dict[str, Any]]:
    """The events that a running unit has written whole."""
    return [json.loads(line) for line in whole_lines(folder)]


def starts(folder: Path, kind: str, camera: str | None = None) -> int:
    """How many incidents of a kind have begun so far."""
    found = [e for e in events_so_far(folder) if e["kind"] == kind and camera in (None, e["camera"])]
    return sum(e["phase"] == "start" for e in found)


def never_ended(folder: Path) -> set[str]:
    """Incidents with a duration and no end so far."""
    lasting = [e for e in events_so_far(folder) if e["kind"] != "line_crossing"]
    return {e["id"] for e in lasting} - {e["id"] for e in lasting if e["phase"] == "end"}


def assert_whole(folder: Path) -> list[dict[str, Any]]:
    """Database and files agree, no event is there twice, every incident is one story, every still is there."""
    assert_recorded(folder)
    with reading(folder / DATABASE) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = list(query(connection))
    assert (folder / "events.jsonl").read_bytes() == b"".join(map(event_line, stored))
    events = events_in(folder)
    for name in {e["id"] for e in events}:
        story = [(e["seq"], e["phase"]) for e in events if e["id"] == name]
        assert [seq for seq, _ in story] == list(range(len(story)))
        assert [phase for _, phase in story][:1] == ["start"]
        assert "end" not in [phase for _, phase in story][:-1]
    for reported in (e["evidence"] for e in events if e["evidence"]):
        assert hashlib.sha256((folder / reported["still"]).read_bytes()).hexdigest() == reported["sha256"]
    return events


def assert_recorded(folder: Path) -> None:
    """Every file with pictures has a record that agrees with it, and every record has its file."""
    with reading(folder / DATABASE) as connection:
        rows = {file.path: file.sha256 for file in evidence.files(connection) if file.gone_ms is None}
    made = [path for end in ("*.mp4", "*.jpg", "report.html") for path in folder.rglob(end)]
    sums = {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in made}
    assert rows == sums


def assert_nobody_shown(folder: Path) -> int:
    """Decode every picture there is, find nobody, and return how many were videos' frames."""
    frames = 0
    for path in folder.rglob("*.mp4"):
        shown = [*pictures(path)] if plays(path) else []  # a clip that was killed in its first moment
        assert sum(map(leaked, shown)) == 0
        frames += 0 if path.parent.name == CLIPS else len(shown)
    assert sum(leaked(picture) for path in folder.rglob("*.jpg") for picture in pictures(path)) == 0
    return frames


@contextmanager
def camera_of(
    path: Path, figures: tuple[Figure, ...], seconds: float, address: str = "127.0.0.1"
) -> Iterator[TestCamera]:
    """An RTSP camera that shows the figures over and over; skips the test where GStreamer is not installed."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    camera = TestCamera(film(path, figures, seconds, format="h264"), fps=10, address=address)
    try:
        yield camera.start()
    finally:
        camera.kill()
