"""run, end to end: against a real RTSP server, and over files where the camera does not matter."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from passerby.app import run
from passerby.app.camera_job import CameraJob
from passerby.app.run import ends_of
from passerby.camera.ids import live_ids
from passerby.camera.schedule import WallClock
from passerby.contracts.config import Unit
from passerby.contracts.events import CameraHealth, Measure, Phase, ZoneSample
from passerby.contracts.time import Timestamp, later
from passerby.store import audit, roots
from passerby.store.cameras import camera_folder
from passerby.store.connect import reading
from passerby.store.queries import querying
from passerby.store.results import DATABASE, ResultsStore
from support import figures, stage
from support.clock import FakeClock
from support.fakes import ColourDetector, ListSink
from support.figures import MAGENTA, YELLOW, Figure, film
from support.living import (
    assert_nobody_shown,
    assert_recorded,
    assert_whole,
    camera_of,
    events_so_far,
    never_ended,
    starts,
)
from support.stage import CAST, KINDS, SECONDS, command, program
from support.stored import EVENT, an_event
from support.waiting import ended, until

# Over and over: somebody crosses the line; somebody is on the track.
SCENE = (
    Figure(MAGENTA, ((0.5, 40, 200), (4.5, 280, 200))),
    Figure(YELLOW, ((0.5, 160, 120), (5.5, 165, 120)), height=40),
)
SCENE_S = 6.0


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return figures.model(tmp_path_factory.mktemp("model") / "colours.onnx")


def summary(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "summary.json").read_text("utf-8"))
    return data


def test_what_a_crash_left_open_is_ended_once() -> None:
    left = (an_event("a", 0), an_event("b", 3, phase=Phase.UPDATE, measures=()))
    ends = list(ends_of(left))
    assert [(e.id, e.seq, e.phase, e.at_s, e.evidence) for e in ends] == [
        ("a", 1, Phase.END, EVENT.at_s, None),
        ("b", 4, Phase.END, EVENT.at_s, None),
    ]
    assert ends[0].measures == (*EVENT.measures, Measure("ended_by", "restart"))


@pytest.mark.parametrize("source", ["rtsp://camera1/1", "v.mp4"])
def test_the_report_is_of_this_run_whatever_the_cameras_clock_says(tmp_path: Path, source: str) -> None:
    clock = FakeClock()
    began = Timestamp(0, clock.utc_ns())
    new_id, slow = live_ids(clock), later(began.utc, -8.0)
    clock.pass_s(-3600)
    before = an_event(new_id(), utc=later(began.utc, -3600) if source.startswith("rtsp") else None)
    clock.pass_s(3600.5)
    # An RTCP clock may be some seconds behind this machine's.
    mine = an_event(new_id(), utc=slow if source.startswith("rtsp") else None)
    other = an_event(new_id(), camera="other")
    with ResultsStore(tmp_path) as store:
        for event in (before, mine, other):
            store.write_records([event])
        of = stage.camera(source=source)
        unit = Unit(station="s", cameras=(of,))
        job = CameraJob(of, unit, tmp_path, store, ListSink(), ColourDetector(), clock, WallClock(), lambda: None)
        assert job._events_since(began) == [mine]


def test_recorded_cameras_run_to_their_end_side_by_side(model: Path, tmp_path: Path) -> None:
    cameras = (
        {"name": "north", "source": str(film(tmp_path / "n.mp4", CAST, SECONDS))},
        {"name": "south", "source": str(film(tmp_path / "s.mp4", SCENE, SCENE_S))},
    )
    unit = stage.unit(tmp_path / "unit.yaml", *cameras, model=str(model))
    out = tmp_path / "out"
    with program("run", unit, "--out", out, log=tmp_path / "log") as child:
        assert ended(child) == 0, (tmp_path / "log").read_text()
    events = assert_whole(out)
    assert never_ended(out) == set()
    assert {e["kind"] for e in events if e["camera"] == "north"} == KINDS
    assert summary(camera_folder(out, "north"))["events"]["line_crossing"] == 2
    assert summary(camera_folder(out, "south"))["events"]["line_crossing"] == 1
    for name, frames, written in (("north", 120, 48), ("south", 60, 24)):  # 10 pictures/s, of which 4 are recorded
        assert {p.name.split("-")[0] for p in camera_folder(out, name).iterdir()} == {
            "redacted",
            "summary.json",
            "report.html",
        }
        made = summary(camera_folder(out, name))
        assert (made["frames"], made["frames_written"]) == (frames, written)
    assert assert_nobody_shown(out) == 48 + 24
    with querying(out / DATABASE) as queries:
        assert {s.camera for s in queries.samples(ZoneSample)} == {"north", "south"}
    with reading(out / DATABASE) as connection:
        assert list(roots.faults(connection, roots.read_roots(out / "roots.txt"))) == []
        acts = [row.entry.act for row in audit.rows(connection)]
    assert (acts[0], acts[-1], "kept" in acts) == ("started", "stopped", True)


OUR_NAMES = ("passerby.db", "passerby.db-journal", "events.jsonl", "stills", "clips", "cameras")


def test_cameras_may_be_called_as_our_own_files(model: Path, tmp_path: Path) -> None:
    video = str(film(tmp_path / "n.mp4", CAST[:1], 1.0))
    cameras = ({"name": name, "source": video, "rules": []} for name in OUR_NAMES)
    unit = stage.unit(tmp_path / "unit.yaml", *cameras, model=str(model))
    out = tmp_path / "out"
    for _ in range(2):  # a journal in the way is noticed at the second start
        with program("run", unit, "--out", out, log=tmp_path / "log") as child:
            assert ended(child) == 0, (tmp_path / "log").read_text()
    assert_recorded(out)
    assert {p.name for p in (out / "cameras").iterdir()} == set(OUR_NAMES)
    videos = [[*figures.pictures(path)] for path in out.glob("cameras/*/redacted-*.mp4")]
    assert [len(shown) for shown in videos] == [4] * 2 * len(OUR_NAMES), "the second run overwrites no video"
    assert all(summary(camera_folder(out, name))["frames"] == 10 for name in OUR_NAMES)
    assert {p.name for p in out.glob("stills/*")} == set(), "nothing of a camera's own is among the evidence"


def test_a_stop_while_the_last_run_is_still_put_in_order_is_a_stop(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = {"name": "north", "source": str(film(tmp_path / "n.mp4", CAST, SECONDS))}
    unit = stage.unit(tmp_path / "unit.yaml", camera, model=str(model))
    monkeypatch.setattr(run, "finish_files", lambda *_: signal.raise_signal(signal.SIGTERM))
    run.run(unit, out=tmp_path / "out")
    with reading(tmp_path / "out" / DATABASE) as connection:
        acts = [row.entry.act for row in audit.rows(connection)]
    assert (acts[0], acts[-1]) == ("started", "stopped")
    assert not camera_folder(tmp_path / "out", "north").exists(), "no camera was begun"


def test_one_camera_that_cannot_be_watched_leaves_the_other_alone(model: Path, tmp_path: Path) -> None:
    good = film(tmp_path / "good.mp4", SCENE, SCENE_S)
    unit = stage.unit(
        tmp_path / "unit.yaml",
        {"name": "bad", "source": str(good)},
        {"name": "good", "source": str(good)},
        model=str(model),
    )
    out, log = tmp_path / "out", tmp_path / "log"
    camera_folder(out, "bad").parent.mkdir(parents=True)
    camera_folder(out, "bad").write_text("a file where its folder should be")
    with program("run", unit, "--out", out, log=log) as child:
        until(
            lambda: (
                (camera_folder(out, "good") / "summary.json").is_file() and "restarting in 2 s" in log.read_text()
            )
        )
        child.send_signal(signal.SIGTERM)
        assert ended(child) == 0
    assert "camera bad: " in log.read_text()
    assert "Traceback" not in log.read_text()
    assert summary(camera_folder(out, "good"))["frames"] == 60
    assert never_ended(out) == set()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"source": "absent.mp4"}, "absent.mp4"),
        ({"zones": []}, "platform"),
    ],
)
def test_a_configuration_that_cannot_be_is_two(
    model: Path, tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    unit = stage.unit(tmp_path / "unit.yaml", {"source": "rtsp://h/1", **changes}, model=str(model))
    answer = command("run", unit, "--out", tmp_path / "out")
    assert answer.code == 2
    assert says in answer.err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_two_at_once_in_one_folder_are_refused(model: Path, tmp_path: Path) -> None:
    unit = stage.unit(
        tmp_path / "unit.yaml", {"source": str(film(tmp_path / "v.mp4", SCENE, 60.0))}, model=str(model)
    )
    out, log = tmp_path / "out", tmp_path / "log"
    with program("run", unit, "--out", out, log=log) as child:
        until(lambda: starts(out, "intrusion") > 0)
        answer = command("run", unit, "--out", out)
        assert (answer.code, str(child.pid) in answer.err) == (3, True)
        child.send_signal(signal.SIGTERM)
        assert ended(child) == 0
    assert_whole(out)


@pytest.mark.rtsp
def test_several_cameras_until_sigterm(model: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "log"
    with ExitStack() as stack:
        names = ("north", "south")
        served = {n: stack.enter_context(camera_of(tmp_path / f"{n}.h264", SCENE, SCENE_S)) for n in names}
        cameras = [{"name": n, "source": c.url(), "analysis_fps": 10} for n, c in served.items()]
        unit = stage.unit(tmp_path / "unit.yaml", *cameras, model=str(model))
        child = stack.enter_context(program("run", unit, "--out", out, log=log))
        until(lambda: all(starts(out, kind, n) for kind in ("line_crossing", "intrusion") for n in names))
        assert stage.command("report", out).code == 0
        until(lambda: all(camera_folder(out, n).joinpath("report.html").is_file() for n in names))
        page = camera_folder(out, "north").joinpath("report.html").read_text("utf-8")
        assert all(text in page for text in ("Line crossing", "Positions of people", "stills/", "redacted-"))
        child.send_signal(signal.SIGTERM)
        assert ended(child) == 0
    events = assert_whole(out)
    assert never_ended(out) == set()
    assert all(e["utc"] for e in events)
    for name in names:
        received = summary(camera_folder(out, name))
        assert received["events"]["line_crossing"] == starts(out, "line_crossing", name)
        at_s = [e["at_s"] for e in events if e["camera"] == name]
        assert received["seconds"] > max(at_s) - min(at_s) - 1
        assert received["source"].startswith("rtsp://127.0.0.1")
        (video,) = camera_folder(out, name).glob("redacted-*.mp4")
        assert len([*figures.pictures(video)]) == received["frames_written"] > 0
    assert assert_nobody_shown(out) > 0
    assert "Traceback" not in log.read_text()


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_server_killed_and_back_is_one_incident(model: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "log"
    with camera_of(tmp_path / "c.h264", SCENE, SCENE_S) as served:
        unit = stage.unit(tmp_path / "unit.yaml", {"source": served.url(), "analysis_fps": 10}, model=str(model))
        with program("run", unit, "--out", out, log=log) as child:
            until(lambda: starts(out, "intrusion") > 0)
            served.kill()
            until(lambda: starts(out, "camera_lost") > 0)
            assert never_ended(out) == {e["id"] for e in events_so_far(out) if e["kind"] == "camera_lost"}
            before = starts(out, "intrusion")
            served.start()
            until(lambda: starts(out, "intrusion") > before)
            child.send_signal(signal.SIGTERM)
            assert ended(child) == 0
    events = assert_whole(out)
    assert never_ended(out) == set()
    start, end = [e for e in events if e["kind"] == "camera_lost"]
    assert (start["phase"], end["phase"], start["id"]) == ("start", "end", end["id"])
    assert start["at_s"] - start["began_s"] >= 5.0
    assert start["began_s"] == end["began_s"] < end["at_s"]
    assert start["utc"] < end["utc"]
    (gap,) = summary(camera_folder(out, "platform-1"))["gaps"]
    assert "the" in gap
    last = next(e for e in events if e["kind"] == "intrusion" and e["phase"] == "end")
    assert last["at_s"] <= start["began_s"] + 0.5
    with querying(out / DATABASE) as queries:
        assert "down" in {str(h.state) for h in queries.samples(CameraHealth)}
    assert assert_nobody_shown(out) == summary(camera_folder(out, "platform-1"))["frames_written"] > 0


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_camera_that_returns_with_another_picture_size_goes_on(model: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "log"
    half = [Figure(f.colour, tuple((t, x / 2, y / 2) for t, x, y in f.way), f.height // 2) for f in SCENE]
    with camera_of(tmp_path / "c.h264", SCENE, SCENE_S) as served:
        unit = stage.unit(tmp_path / "unit.yaml", {"source": served.url(), "analysis_fps": 10}, model=str(model))
        with program("run", unit, "--out", out, log=log) as child:
            until(lambda: starts(out, "intrusion") > 0 and starts(out, "line_crossing") > 0)
            before = starts(out, "intrusion"), starts(out, "line_crossing")
            served.kill()
            served.video = film(tmp_path / "half.h264", half, SCENE_S, wh=(160, 120), format="h264")
            served.start()
            until(lambda: "the size of the picture changed from 320 x 240 to 160 x 120 px" in log.read_text())
            until(lambda: starts(out, "intrusion") > before[0] and starts(out, "line_crossing") > before[1])
            child.send_signal(signal.SIGTERM)
            assert ended(child) == 0
    assert_whole(out)
    assert never_ended(out) == set()
    received = summary(camera_folder(out, "platform-1"))
    assert received["picture_wh"] == [160, 120]
    assert sum("the size of the picture changed" in gap for gap in received["gaps"]) == 1
    videos = sorted(camera_folder(out, "platform-1").glob("redacted-*.mp4"))
    assert [next(figures.pictures(video)).shape for video in videos] == [(240, 320, 3), (120, 160, 3)]
    assert assert_nobody_shown(out) == received["frames_written"]
    assert "Traceback" not in log.read_text()


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_camera_that_is_not_there_is_reported_and_stopping_does_not_wait_for_it(
    model: Path, tmp_path: Path
) -> None:
    out, log = tmp_path / "out", tmp_path / "log"
    with camera_of(tmp_path / "c.h264", SCENE, SCENE_S) as served:
        served.kill()
        unit = stage.unit(tmp_path / "unit.yaml", {"source": served.url()}, model=str(model))
        with program("run", unit, "--out", out, log=log) as child:
            until(lambda: starts(out, "camera_lost") > 0)
            child.send_signal(signal.SIGTERM)
            assert ended(child) == 0
    assert [e["phase"] for e in assert_whole(out)] == ["start", "end"]
    assert summary(camera_folder(out, "platform-1"))["frames"] == 0


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_silent_camera_does_not_keep_the_unit_from_stopping(model: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "log"
    with camera_of(tmp_path / "c.h264", SCENE, SCENE_S) as served:
        unit = stage.unit(tmp_path / "unit.yaml", {"source": served.url(), "analysis_fps": 10}, model=str(model))
        with program("run", unit, "--out", out, log=log) as child:
            until(lambda: starts(out, "intrusion") > 0)
            served.freeze()
            until(lambda: "is lost" in log.read_text())
            child.send_signal(signal.SIGTERM)
            assert ended(child) == 0
            served.thaw()
    assert never_ended(out) == set()
    assert_whole(out)


def test_processes_of_this_machine_and_of_a_cluster_are_not_mixed(model: Path, tmp_path: Path) -> None:
    unit = stage.unit(tmp_path / "unit.yaml", {"source": "rtsp://camera/1"}, model=str(model))
    answer = command("run", unit, "--placement", "ray", "--processes", 2, "--out", tmp_path / "out")
    assert answer.code == 2
    assert "--processes is for the cameras of this machine" in answer.err
