from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from passerby.contracts.time import TimeSource
from passerby.ingest.wallclock import ARRIVAL_ERR_MS, LiveTime
from support.clock import FakeClock

S = 1_000_000_000
MS = 1_000_000


def run(pts_and_arrival_s: list[tuple[float | None, float]]) -> list[float]:
    """The session's times, s, of frames with these stream times that arrive at these times."""
    clock = FakeClock()
    time, times, now_s = LiveTime(clock), [], 0.0
    for pts_s, arrival_s in pts_and_arrival_s:
        clock.pass_s(arrival_s - now_s)
        now_s = arrival_s
        times.append(time.stamp(None if pts_s is None else round(pts_s * S)).s)
    return times


def test_jitter_of_the_network_does_not_reach_durations() -> None:
    arrivals = [0.0, 0.09, 0.1, 0.12, 0.31]
    times = run([(10 + 0.04 * n, at) for n, at in enumerate(arrivals)])
    assert times == pytest.approx([0, 0.04, 0.08, 0.12, 0.16], abs=0.001)


def test_a_burst_at_the_start_keeps_the_streams_own_pace() -> None:
    # Stamped by arrival these 25 frames would be 0.1 ms apart and a walker would run at 500 m/s.
    times = run([(0.04 * n, 0.0001 * n) for n in range(25)])
    assert [b - a for a, b in pairwise(times)] == pytest.approx([0.04] * 24, rel=0.002)


def test_no_stream_time_means_time_of_arrival() -> None:
    assert run([(None, 0), (None, 0.5), (None, 0.6)]) == pytest.approx([0, 0.5, 0.6])


@pytest.mark.parametrize("rate", [1.0001, 0.9999], ids=["fast quartz", "slow quartz"])
def test_drift_of_a_quartz_is_absorbed(rate: float) -> None:
    times = run([(n * rate, float(n)) for n in range(20_000)])
    assert times[-1] == pytest.approx(19_999, abs=0.1)
    assert all(0.998 < b - a < 1.002 for a, b in pairwise(times))


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0, 5e6], ids=["hour ahead", "hour back", "wrap"])
def test_a_jump_of_the_streams_clock_costs_one_step(jump_s: float) -> None:
    times = run([(n * 0.04 + (jump_s if n >= 10 else 0), n * 0.04) for n in range(20)])
    assert times == pytest.approx([0.04 * n for n in range(20)], abs=0.005)


def test_a_stream_clock_at_the_wrong_rate_is_given_up() -> None:
    # A camera that claims 25 frames a second and sends 15 in the dark: its own times run 1.67 times too fast.
    times = run([(n * 0.04, n / 15) for n in range(15 * 60)])
    last_s = times[-15 * 10 :]
    assert last_s[-1] - last_s[0] == pytest.approx((len(last_s) - 1) / 15, rel=0.01)


def test_time_goes_on_over_a_reconnection() -> None:
    clock = FakeClock()
    time = LiveTime(clock)
    time.stamp(100 * S)
    clock.pass_s(30)
    time.reconnected()
    assert time.stamp(0).s == pytest.approx(30)
    clock.pass_s(0.04)
    assert time.stamp(40 * MS).s == pytest.approx(30.04, abs=0.001)


def test_no_frame_is_stamped_before_a_time_already_reported() -> None:
    clock = FakeClock()
    time = LiveTime(clock)
    time.stamp(0)
    clock.pass_s(3)
    reported_s = time.report_now_ns() / S
    assert reported_s == pytest.approx(3)
    clock.pass_s(0.001)
    assert time.stamp(40 * MS).s > reported_s  # the network held the frames back; their own time is in the gap


def test_a_session_that_begins_with_a_gap_counts_from_its_making() -> None:
    clock = FakeClock()
    time = LiveTime(clock)
    clock.pass_s(7)
    assert time.report_now_ns() == 7 * S
    clock.pass_s(1)
    assert time.stamp(55 * S).s == pytest.approx(8)


@pytest.mark.parametrize(
    ("age_s", "source", "err_ms"),
    [
        (0.2, TimeSource.RTCP, 200.0),
        (-0.5, TimeSource.RTCP, 500.0),
        (60.0, TimeSource.ARRIVAL, ARRIVAL_ERR_MS),  # no network is that slow: the camera's clock is wrong
        (-3.0, TimeSource.ARRIVAL, ARRIVAL_ERR_MS),  # a picture of the future
        (None, TimeSource.ARRIVAL, ARRIVAL_ERR_MS),
    ],
)
def test_wall_clock(age_s: float | None, source: TimeSource, err_ms: float) -> None:
    clock = FakeClock()
    camera_ns = None if age_s is None else clock.utc_ns() - round(age_s * S)
    at = LiveTime(clock).stamp(0, camera_ns)
    assert (at.source, at.utc_err_ms) == (source, pytest.approx(err_ms))
    assert at.utc_ns == (camera_ns if source is TimeSource.RTCP else clock.utc_ns())


events = st.tuples(
    st.sampled_from(["frame", "frame", "frame", "tell", "reconnect"]),
    st.none() | st.integers(-(10**12), 10**12) | st.integers(0, 50).map(lambda n: n * 40 * MS),
    st.integers(0, 20 * S),
)


@example([("tell", None, 1_000_000), ("frame", None, 0)])
@given(st.lists(events, max_size=60))
def test_law_times_reported_never_run_backwards(steps: list[tuple[str, int | None, int]]) -> None:
    clock = FakeClock()
    time, last_ns = LiveTime(clock), -1
    for kind, pts_ns, passed_ns in steps:
        clock.now_ns += passed_ns
        if kind == "reconnect":
            time.reconnected()
        elif kind == "tell":
            now_ns = time.report_now_ns()
            assert now_ns >= last_ns
            last_ns = now_ns
        else:
            mono_ns = time.stamp(pts_ns).mono_ns
            assert mono_ns > last_ns
            last_ns = mono_ns


@pytest.mark.parametrize(
    ("rate", "jump_s", "drift"),
    [(1.0, 0.0, 0.0), (1.02, 0.0, 0.02), (0.98, 0.0, -0.02), (1.0, 3600.0, 0.0), (1.0, -3600.0, 0.0)],
)
def test_the_drift_of_a_stream_is_measured_and_a_jump_is_none(rate: float, jump_s: float, drift: float) -> None:
    clock = FakeClock()
    time = LiveTime(clock)
    for n in range(700):
        time.stamp(round((n * rate + (jump_s if n >= 300 else 0)) * S))
        assert n > 59 or time.drift is None
        assert time.drift is None or time.drift == pytest.approx(drift, abs=1e-6)
        clock.pass_s(1.0)
    assert time.drift is not None
    time.reconnected()
    assert time.drift is None
