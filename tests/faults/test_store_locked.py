"""Another program holds the database of a live unit: no camera stops, nothing is lost, no alarm is late."""

from __future__ import annotations

import signal
from contextlib import closing
from datetime import datetime
from pathlib import Path
from sqlite3 import connect

import pytest

from passerby.store.results import DATABASE
from support import figures, stage
from support.figures import MAGENTA, YELLOW, Figure
from support.living import assert_whole, camera_of, events_so_far, never_ended, starts
from support.stage import program
from support.waiting import ended, until

# Over and over: somebody crosses the line; somebody is on the track.
SCENE = (
    Figure(MAGENTA, ((0.5, 40, 200), (4.5, 280, 200))),
    Figure(YELLOW, ((0.5, 160, 120), (5.5, 165, 120)), height=40),
)
SCENE_S = 6.0


def utc_s(event: dict[str, object]) -> float:
    return datetime.fromisoformat(str(event["utc"])).timestamp()


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_locked_database_delays_events_and_nothing_else(tmp_path: Path) -> None:
    model = figures.model(tmp_path / "colours.onnx")
    out, log = tmp_path / "out", tmp_path / "log"
    rules = [{"kind": "line_crossing", "line": "stairs"}, {"kind": "intrusion", "zone": "track", "cooldown_s": 0}]
    with camera_of(tmp_path / "c.h264", SCENE, SCENE_S) as served:
        unit = stage.unit(
            tmp_path / "unit.yaml",
            {"source": served.url(), "analysis_fps": 10, "rules": rules},
            model=str(model),
        )
        with program("run", unit, "--out", out, log=log) as child:
            until(lambda: starts(out, "intrusion") > 0 and starts(out, "line_crossing") > 0)
            with closing(connect(out / DATABASE, isolation_level=None, timeout=60.0)) as other:
                other.execute("BEGIN IMMEDIATE")
                # Events that were committed before may reach the file a moment later.
                (stored,) = other.execute("SELECT count(*) FROM event").fetchone()
                logged = log.read_text().count("ALARM intrusion start")
                until(lambda: "ALARM store_unavailable start" in log.read_text())
                until(lambda: log.read_text().count("ALARM intrusion start") >= logged + 2)
                assert len(events_so_far(out)) <= stored, "nothing is stored while the database is locked"
                other.execute("ROLLBACK")
            until(
                lambda: any(e["kind"] == "store_unavailable" and e["phase"] == "end" for e in events_so_far(out))
            )
            child.send_signal(signal.SIGTERM)
            assert ended(child) == 0
    events = assert_whole(out)
    assert never_ended(out) == set()
    start, end = (e for e in events if e["kind"] == "store_unavailable")
    (lost,) = [m["value"] for m in end["measures"] if m["name"] == "lost"]
    assert lost == 0
    within = [e for e in events if utc_s(start) - 5.0 <= utc_s(e) <= utc_s(end) and e["camera"] == "platform-1"]
    assert sum(e["kind"] == "intrusion" for e in within) >= 2, "with their own times"
    assert log.read_text().count("ALARM intrusion start") == starts(out, "intrusion")
    assert "Traceback" not in log.read_text()
