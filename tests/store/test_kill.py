"""kill -9 while events are being stored: nothing acknowledged is lost, nothing is doubled, the files are whole."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from passerby.contracts.events import Event, ZoneSample
from passerby.store.connect import reading
from passerby.store.encode import event_line
from passerby.store.events import open_incidents
from passerby.store.formats import ZONES
from passerby.store.queries import querying
from passerby.store.results import DATABASE, ResultsStore
from passerby.store.samples import ZONES as ZONE_TABLE
from support import putting
from support.stored import csv_line

RUNNING, STARTING = 14, 6  # tries killed while storing, and while opening an empty folder


def killed_after(folder: Path, seconds: float, lines: int = 0) -> tuple[int, list[str]]:
    """Start storing, kill it so long after so many lines; return its process id and the lines it acknowledged."""
    with subprocess.Popen(
        [sys.executable, putting.__file__, str(folder)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        first = [child.stdout.readline() for _ in range(lines)]
        time.sleep(seconds)
        child.kill()
        reported = "".join(first) + child.stdout.read()
    assert child.returncode == -9, "it must have been killed, not have failed"
    return child.pid, [line for line in reported.split("\n") if line not in {"", "ready"}]


def held(folder: Path) -> tuple[list[Event], list[ZoneSample]]:
    with querying(folder / DATABASE) as queries:
        return list(queries.events()), list(queries.samples(ZoneSample))


def assert_whole(folder: Path, acknowledged: list[tuple[int, str]], deaths: int) -> None:
    """The database holds each acknowledged row once, at most one more a death, and the files equal it."""
    with ResultsStore(folder) as store:
        opened = store.resume()
    events, samples = held(folder)
    rows = [f"{e.id} {e.seq}" for e in events] + [f"{s.camera} zone {s.count_max}" for s in samples]
    reported = [f"{pid} {line}" if line.startswith("zone") else line for pid, line in acknowledged]
    assert len(rows) == len(set(rows))
    assert set(reported) <= set(rows)
    assert len(rows) - len(reported) <= deaths  # the one each was storing when it died
    assert (folder / "events.jsonl").read_bytes() == b"".join(map(event_line, events))
    assert (folder / "zones.csv").read_bytes() == ZONES.header + b"".join(csv_line(ZONE_TABLE, s) for s in samples)
    last = {event.id: event for event in events}  # ids come in order, seq by seq
    assert set(opened) == {event for event in last.values() if event.seq < len(putting.PHASES) - 1}
    with reading(folder / DATABASE) as connection:
        assert open_incidents(connection) == opened
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_killed_while_storing_again_and_again_in_one_folder(tmp_path: Path) -> None:
    chance = random.Random(20260301)
    acknowledged: list[tuple[int, str]] = []
    for deaths in range(1, RUNNING + 1):
        pid, lines = killed_after(tmp_path, chance.uniform(0.0, 0.02), 1 + chance.randint(0, 20))
        acknowledged += [(pid, line) for line in lines]
        assert_whole(tmp_path, acknowledged, deaths)
    assert len(acknowledged) > RUNNING  # it did store something


@pytest.mark.parametrize("attempt", range(STARTING))
def test_killed_while_the_folder_is_opened(tmp_path: Path, attempt: int) -> None:
    chance = random.Random(attempt)
    pid, lines = killed_after(tmp_path, chance.uniform(0.05, 0.35))
    assert_whole(tmp_path, [(pid, line) for line in lines], deaths=1)
