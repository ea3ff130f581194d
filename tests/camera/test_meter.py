from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.camera.meter import HealthMeter, StageTimes
from passerby.contracts.camera_faults import BLURRED, COVERED, FROZEN, NO_OPTICS, CameraFault, OpticsView
from passerby.contracts.event_kinds import EventKind
from passerby.contracts.events import CameraHealth, CameraStatus, Gap
from passerby.contracts.time import Timestamp
from passerby.ingest.source import Losses
from support.fakes import every
from support.seen import at


def test_a_span_takes_as_long_as_what_is_in_it_and_stages_keep_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock_s = iter([5.0, 5.02, 7.0, 7.001])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock_s))
    times = StageTimes()
    with times.span("detect"):
        pass
    with times.span("track"):
        pass
    monkeypatch.undo()
    assert [(row.stage, row.mean_ms) for row in times.table()] == [("detect", 20.0), ("track", 1.0)]


def test_a_stage_that_raises_is_timed_too() -> None:
    times = StageTimes()
    with pytest.raises(ValueError, match="no"), times.span("detect"):
        raise ValueError("no")
    assert [row.stage for row in times.table()] == ["detect"]


def test_a_stage_that_never_ran_has_no_figure() -> None:
    assert StageTimes().p95_ms("detect") is None
    assert StageTimes().table() == ()


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=300))
def test_mean_and_percentile(durations_ms: list[float]) -> None:
    times = StageTimes()
    for ms in durations_ms:
        times.add("detect", ms)
    (row,) = times.table()
    assert row.mean_ms == pytest.approx(sum(durations_ms) / len(durations_ms), abs=0.001)
    assert min(durations_ms) - 0.001 <= row.p95_ms <= max(durations_ms) + 0.001


def test_memory_does_not_grow_and_the_mean_is_still_exact() -> None:
    times = StageTimes()
    times.add("detect", 1.0)
    kept = times._stages["detect"].last_ms
    for n in range(1, 20_000):
        times.add("detect", float(n < 10_000))
    assert times._stages["detect"].last_ms is kept
    assert kept.nbytes == 20_000
    (row,) = times.table()
    assert row.mean_ms == 0.5, "over all frames"
    assert row.p95_ms == 0.0, "over the last ones"


def reports(meter: HealthMeter, times: list[Timestamp]) -> list[CameraHealth]:
    return [report for t in times for report in meter.frame(t)]


def test_once_a_minute_with_the_rate_of_that_minute() -> None:
    meter = HealthMeter("c", Losses, StageTimes())
    reported = reports(meter, [at(t_s) for t_s in every(0.25, 185.0)])
    assert [(r.from_s, r.window_s, r.fps) for r in reported] == [
        (0.0, 60.0, 4.0),
        (60.0, 60.0, 4.0),
        (120.0, 60.0, 4.0),
    ]
    assert {r.state for r in reported} == {CameraStatus.LIVE}


def test_losses_are_those_of_the_window_and_of_the_source_as_it_is_now() -> None:
    now = Losses()
    meter = HealthMeter("c", lambda: now, StageTimes())
    reports(meter, [at(0.0)])
    now = Losses(dropped=7, decode_errors=2)  # a source that opens begins to count anew
    (first,) = reports(meter, [at(60.0)])
    now.dropped += 3
    (second,) = reports(meter, [at(120.0)])
    assert (first.dropped, first.decode_errors) == (7, 2)
    assert (second.dropped, second.decode_errors) == (3, 0)


def test_the_slowest_frames_and_the_wall_clock_are_reported() -> None:
    times = StageTimes()
    times.add("frame", 41.26)
    meter = HealthMeter("c", Losses, times)
    start_ns = 1_772_351_100 * 10**9
    (reported,) = reports(meter, [Timestamp(0, start_ns, 3.0), Timestamp(61 * 10**9, start_ns + 61 * 10**9, 5.0)])
    assert (reported.p95_ms, reported.utc, reported.utc_err_ms) == (41.3, "2026-03-01T07:45:00.000Z", 5.0)


def silence(from_s: float, to_s: float) -> Gap:
    return Gap("c", from_s, to_s, "2026-03-01T07:45:00.000Z", "the camera is silent")


def spans(reported: list[CameraHealth]) -> list[tuple[str, float, float]]:
    return [(str(r.state), r.from_s, r.window_s) for r in reported]


def test_a_silence_ends_the_window_and_is_reported_as_down_minute_by_minute() -> None:
    meter = HealthMeter("c", Losses, StageTimes())
    assert reports(meter, [at(t_s) for t_s in every(0.5, 30.0)]) == []
    reported = [report for to_s in range(31, 200) for report in meter.gap(silence(29.5, to_s))]
    assert spans(reported) == [("live", 0.0, 29.5), ("down", 29.5, 60.5), ("down", 90.0, 60.0)]
    assert [(r.fps, r.p95_ms, r.utc) for r in reported] == [
        (2.0, None, None),
        (0.0, None, "2026-03-01T07:45:00.000Z"),
        (0.0, None, "2026-03-01T07:46:00.500Z"),
    ]
    assert spans(meter.frame(at(200.0))) == [("down", 150.0, 50.0)], "the rest, told with the first picture"
    assert spans(reports(meter, [at(230.0), at(260.0)])) == [("live", 200.0, 60.0)], "and a new minute"


def test_a_silence_before_the_first_picture_is_down_as_well() -> None:
    meter = HealthMeter("c", Losses, StageTimes())
    assert spans(meter.gap(silence(0.0, 61.0))) == [("down", 0.0, 61.0)]


def test_a_camera_connects_until_it_is_lost() -> None:
    meter = HealthMeter("c", Losses, StageTimes())
    assert meter.gap(silence(0.0, 2.0)) == []
    (reported,) = meter.frame(at(3.0))
    assert (reported.state, reported.window_s, reported.why) == (
        CameraStatus.CONNECTING,
        3.0,
        "the camera is silent",
    )


def showing(*kinds: EventKind) -> OpticsView:
    return OpticsView(tuple(CameraFault(kind, at(0)) for kind in kinds))


def test_a_window_ends_when_the_picture_begins_or_ceases_to_show_the_place() -> None:
    meter = HealthMeter("c", Losses, StageTimes())
    seen = {0: NO_OPTICS, 10: showing(BLURRED), 20: showing(BLURRED, COVERED), 90: showing(FROZEN), 95: NO_OPTICS}
    reported, optics = [], NO_OPTICS
    for t_s in range(160):
        optics = seen.get(t_s, optics)
        reported += meter.frame(at(t_s), optics)
    assert [(str(r.state), r.why, r.from_s, r.window_s) for r in reported] == [
        ("live", "", 0.0, 20.0),
        ("blind", "Lens is covered", 20.0, 60.0),
        ("blind", "Lens is covered", 80.0, 10.0),
        ("stale", "Picture is frozen", 90.0, 5.0),
        ("live", "", 95.0, 60.0),
    ]
    assert [r.faults for r in reported] == [
        "camera_blurred",
        "camera_blurred camera_covered",
        "camera_blurred camera_covered",
        "camera_frozen",
        "",
    ]
    assert {r.fps for r in reported} == {1.0}


def test_two_pictures_of_one_moment_are_no_window() -> None:
    meter = HealthMeter("c", Losses, StageTimes())
    assert [*meter.frame(at(0)), *meter.frame(at(0), showing(COVERED))] == []
    assert spans(reports(meter, [at(1)])) == [("blind", 0.0, 1.0)]


def test_a_clock_that_jumps_is_no_silence() -> None:
    meter = HealthMeter("c", Losses, StageTimes())
    meter.frame(at(10.0))
    assert spans([*meter.gap(silence(10.0, 10.1)), *meter.frame(at(10.1))]) == []


def test_the_totals_of_stages() -> None:
    times = StageTimes()
    for ms in (10.0, 30.0):
        times.add("detect", ms)
    assert times.totals() == {"detect": (2, 0.04)}
