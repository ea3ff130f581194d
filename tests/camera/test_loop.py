from __future__ import annotations

import gc
import itertools
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from passerby.camera.loop import MOST_GAPS_REPORTED, CameraLoop, CameraServices
from passerby.camera.outputs import Outputs
from passerby.camera.state import CameraPorts
from passerby.contracts.errors import CalibrationError, InputError
from passerby.contracts.events import CameraHealth, CameraStatus, Event, EvidenceFile, Gap, Phase, ZoneSample
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evidence.video import RedactedVideo
from passerby.pixels.frame import RawFrame
from passerby.pixels.redact import Redactor
from passerby.scene.place import Place
from support.fakes import CAMERA, ColourDetector, ListSink, ListSource, every, frames_of
from support.figures import WH, leaked, pictures
from support.stage import CAST, KINDS, LOITERER, SECONDS, camera

Items = Iterable[RawFrame | Gap]
UTC_S = 1_772_351_100.0


class Run:
    """One loop with stand-ins all around it."""

    def __init__(self, folder: Path, items: Items, **how: Any) -> None:
        ids = (f"i{n}" for n in itertools.count())
        self.stop = threading.Event()
        self.sink = how.pop("sink", None) or ListSink()
        self.detector = how.pop("detector", None) or ColourDetector()
        self.source = ListSource(items, how.pop("error", None))
        video = RedactedVideo(folder / "redacted.mp4") if how.pop("video", False) else None
        self.outputs = Outputs(folder, video)
        of = how.pop("camera", camera())
        ports = CameraPorts(new_id=lambda: next(ids))
        services = CameraServices(self.detector, self.sink, self.outputs, ports, **how)
        self.loop = CameraLoop(of, self.source, services)

    def __call__(self) -> Run:
        with self.outputs:
            self.loop.run(self.stop)
        return self

    def fails(self, error: type[Exception]) -> Run:
        with self.outputs, pytest.raises(error):
            self.loop.run(self.stop)
        return self


def film(until_s: float = SECONDS, from_s: float = 0.0, **more: Any) -> Iterator[RawFrame]:
    return frames_of(CAST, every(0.1, until_s, from_s), **more)


def silence(from_s: float, to_s: float, utc: str | None = None) -> Gap:
    return Gap(CAMERA, from_s, to_s, utc, "the camera is silent")


def test_frames_become_events_samples_and_figures(tmp_path: Path) -> None:
    run = Run(tmp_path, film(), video=True)()
    assert set(run.loop.events) == KINDS
    assert run.sink.open == set()
    assert run.loop.events["line_crossing"] == 2
    assert (run.loop.frames, run.loop.frames_analysed, run.outputs.frames_written) == (120, 120, 120)
    assert [t.stage for t in run.loop.times.table()] == [
        *("decode", "detect", "track", "scene", "rules", "redact", "encode", "write", "frame")
    ]
    assert run.loop.lost == {}
    assert {e.camera for e in run.sink.events} == {CAMERA}
    assert {s.zone for s in run.sink.of(ZoneSample)} == {"platform", "track"}


def test_every_start_has_a_still_without_anybody_in_it(tmp_path: Path) -> None:
    run = Run(tmp_path, film())()
    starts = [e for e in run.sink.events if e.phase is Phase.START]
    assert len(starts) == len([*tmp_path.glob("stills/*.jpg")]) > 4
    for event in starts:
        assert event.evidence is not None
        (still,) = pictures(tmp_path / event.evidence.still)
        assert leaked(still) == 0


def lost_signal(from_s: float, to_s: float) -> Iterator[RawFrame]:
    """The blue picture of an encoder without a camera."""
    for number, t_s in enumerate(every(0.5, to_s, from_s), start=1000):
        blue = np.full((*WH[::-1], 3), (150, 40, 10), np.uint8)
        yield RawFrame(CAMERA, number, Timestamp(round(t_s * NS_PER_S)), blue)


def test_faults_of_the_camera_have_a_still(tmp_path: Path) -> None:
    run = Run(tmp_path, itertools.chain(film(), lost_signal(SECONDS, SECONDS + 12)))
    run.loop.reported = frozenset({"SignalLoss"})
    run()
    starts = {e.kind: e for e in run.sink.events if e.phase is Phase.START}
    for kind in ("camera_reported", "camera_no_signal"):
        evidence = starts[kind].evidence
        assert evidence is not None, kind
        assert (tmp_path / evidence.still).is_file()


def test_an_event_is_put_before_the_next_frame_is_taken(tmp_path: Path) -> None:
    taken: list[float] = []
    sink = ListSink()

    def watched() -> Items:
        for frame in film():
            taken.append(frame.at.s)
            yield frame

    put = sink.put

    def noted(records: list[Any]) -> None:
        put(records)
        starts = [r for r in records if isinstance(r, Event) and r.phase is Phase.START]
        assert all(event.at_s == taken[-1] for event in starts)

    sink.put = noted  # type: ignore[method-assign]
    assert len(Run(tmp_path, watched(), sink=sink)().sink.events) > 5


@pytest.mark.parametrize(("of", "part"), [(Place, "step"), (Redactor, "draw"), (Redactor, "pixels")])
def test_a_picture_that_cannot_be_redacted_is_not_shown_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: type, part: str
) -> None:
    real, calls = getattr(of, part), itertools.count()

    def breaks(*arguments: Any) -> Any:
        if 20 <= next(calls) < 70:
            raise RuntimeError("a fault in the redactor")
        return real(*arguments)

    monkeypatch.setattr(of, part, breaks)
    run = Run(tmp_path, film(), video=True)()
    assert run.loop.lost == {"pictures that could not be redacted": 50}
    assert (run.loop.frames_analysed, run.outputs.frames_written) == (120, 70)
    assert set(run.loop.events) == KINDS, "counts and events need no picture"
    blind = [e for e in run.sink.events if e.phase is Phase.START and 2.0 <= e.at_s < 6.9]
    assert blind
    assert all(e.evidence is None for e in blind)
    shown = [*pictures(tmp_path / "redacted.mp4")]
    assert len(shown) == 70
    assert sum(map(leaked, shown)) == 0


def test_redaction_that_never_works_leaves_no_picture_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> None:
        raise ValueError("no")

    monkeypatch.setattr(Place, "step", breaks)
    run = Run(tmp_path, film(), video=True)()
    assert run.outputs.background() is None
    assert [*tmp_path.rglob("*.jpg"), *tmp_path.rglob("*.mp4")] == []
    assert set(run.loop.events) == KINDS


@pytest.mark.parametrize("error", [InputError("cut"), OSError("odd"), KeyboardInterrupt()])
@pytest.mark.parametrize("until_s", [3.0, 7.5])
def test_a_source_that_raises_ends_every_incident_and_propagates(
    tmp_path: Path, error: Exception, until_s: float
) -> None:
    run = Run(tmp_path, film(until_s), error=error, video=True).fails(type(error))
    assert run.sink.events
    assert run.sink.open == set()
    assert run.sink.of(ZoneSample), "the unfinished minute is told"
    assert len([*pictures(tmp_path / "redacted.mp4")]) == round(until_s * 10)


def test_a_detector_that_raises_ends_every_incident_and_propagates(tmp_path: Path) -> None:
    def breaks(frame: RawFrame) -> None:
        if frame.at.s >= 7.0:
            raise RuntimeError("the network choked")

    run = Run(tmp_path, film(), detector=ColourDetector(raise_on=breaks)).fails(RuntimeError)
    assert run.sink.open == set()
    assert run.loop.frames_analysed == 70
    assert run.source.left.is_set()


def test_a_camera_that_is_reported_to_stop_finishes(tmp_path: Path) -> None:
    run = Run(tmp_path, ())

    def endless() -> Items:
        for frame in film(1000.0):
            if frame.at.s >= 7.0:
                run.stop.set()
            yield frame

    run.source.items = endless()
    run()
    assert run.loop.frames == 70
    assert run.sink.open == set()
    assert run.sink.of(ZoneSample)


def test_a_source_without_a_picture_is_no_error(tmp_path: Path) -> None:
    run = Run(tmp_path, [])()
    assert (run.loop.frames, run.loop.state, run.sink.events, run.sink.reports) == (0, None, [], [])


def test_a_floor_that_cannot_be_is_reported_with_the_first_picture(tmp_path: Path) -> None:
    flat = [{"px": [10 * n, 10], "m": [n, 0]} for n in range(4)]
    Run(tmp_path, film(), camera=camera(calibration={"points": flat})).fails(CalibrationError)


def test_a_gap_ends_incidents_and_is_written_down_once(tmp_path: Path) -> None:
    gaps = [silence(7.9, to_s) for to_s in (8.0, 9.0, 10.2)]
    run = Run(tmp_path, [*film(8.0), *gaps, *film(12.0, from_s=10.2)])()
    assert run.loop.gaps == ["7.9 s to 10.2 s: the camera is silent"]
    assert run.sink.open == set()
    ended = [e for e in run.sink.events if e.phase is Phase.END and e.kind == "loitering"]
    assert ended[0].at_s <= 7.9, "it is known to have lasted that long"
    assert not [e for e in run.sink.events if e.kind == "camera_lost"], "a recording has holes, it is not lost"


def test_a_live_camera_that_is_lost_is_one_incident(tmp_path: Path) -> None:
    utc = "2026-03-01T07:45:01.900Z"
    gaps = [silence(1.9, to_s, utc) for to_s in (*range(3, 90), 90.4)]
    items = [*film(2.0, utc_s=UTC_S), *gaps, *film(93.0, from_s=90.4, utc_s=UTC_S)]
    run = Run(tmp_path, items, is_live=True)()
    lost = [e for e in run.sink.events if e.kind == "camera_lost"]
    assert [(e.phase, e.at_s, e.utc) for e in lost] == [
        (Phase.START, 7.0, "2026-03-01T07:45:07.000Z"),
        (Phase.END, 90.4, "2026-03-01T07:46:30.400Z"),
    ]
    (still,) = (f for f in run.sink.of(EvidenceFile) if f.event == lost[0].id)
    assert lost[0].evidence is not None
    assert (lost[0].evidence.still, lost[0].evidence.clip) == (still.path, None)
    assert still.utc == "2026-03-01T07:45:00.000Z", "without a video a picture is drawn every ten seconds"
    assert (tmp_path / still.path).is_file()
    assert run.loop.events["camera_lost"] == 1
    assert run.loop.gaps == ["1.9 s to 90.4 s: the camera is silent"]
    states = [(h.state, h.window_s) for h in run.sink.of(CameraHealth)]
    assert states == [(CameraStatus.LIVE, 1.9), (CameraStatus.DOWN, 60.1), (CameraStatus.DOWN, 28.4)]


def test_a_live_camera_that_never_came_is_lost_until_the_run_ends(tmp_path: Path) -> None:
    gaps = [silence(0.0, to_s, "2026-03-01T07:45:00.000Z") for to_s in range(1, 30)]
    run = Run(tmp_path, gaps, is_live=True)()
    assert run.sink.reported == [("camera_lost", "start"), ("camera_lost", "end")]
    assert [e.evidence for e in run.sink.events] == [None, None], "there was no picture"
    assert run.sink.open == set()


def test_a_gap_without_length_is_a_moment(tmp_path: Path) -> None:
    run = Run(tmp_path, [*film(8.0), silence(7.91, 7.94), *film(9.0, from_s=7.94)])()
    assert run.loop.gaps == ["at 7.9 s: the camera is silent"]


def test_months_of_gaps_do_not_fill_the_memory(tmp_path: Path) -> None:
    def flapping() -> Items:
        for n in range(3 * MOST_GAPS_REPORTED):
            yield silence(10.0 * n, 10.0 * n + 3.0)
            yield silence(10.0 * n, 10.0 * n + 4.0)

    run = Run(tmp_path, flapping())()
    assert len(run.loop.gaps) == MOST_GAPS_REPORTED
    assert run.loop.gaps[0].startswith("0.0 s to 4.0 s"), "how it began"
    assert run.loop.lost == {"gaps not listed": 2 * MOST_GAPS_REPORTED}


@pytest.mark.parametrize(("fps", "analysed"), [(None, 120), (5.0, 60), (2.0, 24)])
def test_frames_are_thinned_out_to_the_rate(tmp_path: Path, fps: float | None, analysed: int) -> None:
    run = Run(tmp_path, film(), video=True, analysis_fps=fps)()
    assert run.loop.frames == 120
    assert run.loop.frames_analysed == pytest.approx(analysed, abs=1)
    assert run.outputs.frames_written == run.loop.frames_analysed, "no detection, no picture"
    assert len(run.detector.calls) == run.loop.frames_analysed


def test_coordinates_drawn_on_another_size_are_those_of_the_picture(tmp_path: Path) -> None:
    doubled = camera()
    data = doubled.model_dump()
    points = [{**p, "px": [2 * v for v in p["px"]]} for p in data["calibration"]["points"]]
    twice = {
        "picture_px": [640, 480],
        "calibration": {"points": points, "click_sd_px": 4.0},
        "zones": [{**z, "polygon_px": [[2 * x, 2 * y] for x, y in z["polygon_px"]]} for z in data["zones"]],
        "lines": [{"name": "stairs", "from_px": [320, 470], "to_px": [320, 300]}],
    }
    plain, scaled = (Run(tmp_path, film(), camera=c)() for c in (doubled, camera(**twice)))
    assert plain.sink.events == scaled.sink.events


def test_what_is_seen_can_be_asked_while_it_runs(tmp_path: Path) -> None:
    seen: list[float] = []
    run = Run(tmp_path, film(2.0), progress=lambda t: seen.append(t.s))()
    assert seen == pytest.approx(every(0.1, 2.0))
    assert run.loop.first is not None
    assert run.loop.last is not None
    assert (run.loop.first.s, run.loop.last.s) == (0.0, pytest.approx(1.9))


def test_a_long_run_keeps_no_frame(tmp_path: Path) -> None:
    gc.collect()
    before = _frames_alive()
    Run(tmp_path, frames_of((LOITERER,), every(0.1, 30.0)))()
    gc.collect()
    assert _frames_alive() == before


def _frames_alive() -> int:
    return sum(isinstance(still_object, RawFrame) for still_object in gc.get_objects())
