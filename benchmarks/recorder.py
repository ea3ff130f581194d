"""Measures the cost of storing, and the fate of events while the store is away.

    python benchmarks/recorder.py [--json FILE] [--locked-s 30]

many: 16 threads put 320 reports at once through the whole path of a unit (flows, alarms, database, files). Printed
are the number of commits, the wait of a thread for its put, and the time until the event is durable. steady: the
same with four reports a second from each thread. locked: the same while another process holds the database.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from passerby.contracts.config import Camera
from passerby.contracts.events import Event, Phase, Severity, ZoneSample
from passerby.contracts.ports import Record
from passerby.contracts.settings import AlarmPolicy
from passerby.store.results import DATABASE, ResultsStore
from passerby.unit.alarms.alarm_desk import AlarmDesk
from passerby.unit.alarms.alarming import UnitRecords
from passerby.unit.counting import Counting
from passerby.unit.recorder import Recorder, RecorderSettings

THREADS, EACH = 16, 20


class Timed:
    """A store that notes when each record is durable, and counts transactions."""

    def __init__(self, store: ResultsStore) -> None:
        self._store, self.commits, self.durable_s = store, 0, dict[str, float]()

    def write_records(self, records: Sequence[Record]) -> list[str]:
        """See ResultsStore."""
        refused = self._store.write_records(records)
        now_s = time.perf_counter()
        self.commits += 1
        self.durable_s |= {f"{r.id}": now_s for r in records if isinstance(r, Event)}
        return refused


def _event(camera: int, n: int) -> Event:
    name = f"{camera}-{n}"
    return Event(name, 0, "loitering", Phase.START, f"c{camera}", "hall", 0.0, float(n), None, 1, Severity.WARNING)


def _zone(camera: int, n: int) -> ZoneSample:
    return ZoneSample(f"c{camera}", "hall", 60.0 * n, None, 60.0, 1.0, 1, None, 0, 0, 1.0)


def play(folder: Path, locked_s: float, pause_s: float) -> dict[str, float]:
    """Put reports from many threads at once, with the database locked by another process for `locked_s`."""
    cameras = [Camera(name=f"c{k}", source="a.mp4") for k in range(THREADS)]
    put_s: dict[str, float] = {}
    waits_ms: list[float] = []
    with ResultsStore(folder) as store:
        timed = Timed(store)
        records = UnitRecords(Counting(cameras), AlarmDesk(AlarmPolicy()))
        with Recorder(timed, records, settings=RecorderSettings(close_s=120.0)) as recorder:

            def put(camera: int) -> None:
                for n in range(EACH):
                    began_s = time.perf_counter()
                    recorder.put([_event(camera, n), _zone(camera, n)])
                    waits_ms.append(1000 * (time.perf_counter() - began_s))
                    put_s[f"{camera}-{n}"] = began_s
                    time.sleep(pause_s)

            other = _lock(folder / DATABASE, locked_s) if locked_s else None
            threads = [threading.Thread(target=put, args=(camera,)) for camera in range(THREADS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if other:
                other.wait()
            recorder.flush()
            lost = recorder.lost.total()
        with store.reading() as connection:
            stored = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    delays_ms = [1000 * (timed.durable_s[name] - began_s) for name, began_s in put_s.items()]
    return {
        "reports": THREADS * EACH,
        "stored": stored,
        "lost": lost,
        "commits": timed.commits,
        "put_p99_ms": round(float(np.percentile(waits_ms, 99)), 2),
        "durable_p95_ms": round(float(np.percentile(delays_ms, 95)), 1),
    }


def _lock(path: Path, seconds: float) -> subprocess.Popen[bytes]:
    """Another process that holds the write lock, from when this returns."""
    program = (
        f"import sqlite3, sys, time; c = sqlite3.connect({str(path)!r}, isolation_level=None);"
        f"c.execute('BEGIN IMMEDIATE'); print('locked', flush=True); time.sleep({seconds}); c.execute('ROLLBACK')"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    return child


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--locked-s", type=float, default=30.0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = {}
    for name, locked_s, pause_s in (("many", 0.0, 0.0), ("steady", 0.0, 0.25), ("locked", given.locked_s, 0.25)):
        with tempfile.TemporaryDirectory() as folder:
            found[name] = play(Path(folder), locked_s, pause_s)
            with closing(sqlite3.connect(Path(folder) / DATABASE)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        print(name, found[name], flush=True)
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
