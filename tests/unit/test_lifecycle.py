"""Cameras start, fail, restart, change and stop without a word to the others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from passerby.contracts.errors import InputError, StoreError
from passerby.ingest.backoff import Backoff
from passerby.unit import lifecycle
from passerby.unit.lifecycle import Lifecycle, Work
from support.waiting import until

MS = 0.001


@contextmanager
def running(*jobs: tuple[str, Work]) -> Iterator[Lifecycle]:
    cameras = Lifecycle()
    for name, work in jobs:
        cameras.start(name, work)
    try:
        yield cameras
    finally:
        assert cameras.stop_all(60.0) == []


def waits(stop: threading.Event) -> None:
    stop.wait()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "RETRY_FIRST_S", 2 * MS)
    monkeypatch.setattr(lifecycle, "RETRY_MOST_S", 16 * MS)


class Fails:
    """Work that raises each time it is called, and counts."""

    def __init__(self, error: Exception) -> None:
        self.error, self.calls = error, 0

    def __call__(self, _: threading.Event) -> None:
        self.calls += 1
        raise self.error


class Counts:
    """Work that counts its starts and ends and waits in between."""

    def __init__(self) -> None:
        self.starts = self.ends = 0

    def __call__(self, stop: threading.Event) -> None:
        self.starts += 1
        stop.wait()
        self.ends += 1


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "error", [StoreError("full"), InputError("removed"), ZeroDivisionError("a fault of ours")]
)
def test_a_camera_that_raises_is_started_again_and_takes_no_other_along(error: Exception) -> None:
    bad, good = Fails(error), Counts()
    with running(("bad", bad), ("good", good)) as cameras:
        until(lambda: cameras.failures["bad"] >= 4)
        assert cameras.failures["good"] == 0
        assert (good.starts, good.ends) == (1, 0)
    assert bad.calls == cameras.failures["bad"]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("good_run_s", "resets"), [(300.0, False), (-1.0, True)], ids=["fails soon", "ran well"])
def test_the_wait_grows_unless_the_camera_ran_well(
    good_run_s: float, resets: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    class Noted(Backoff):
        def next_s(self) -> float:
            calls.append("next")
            return super().next_s()

        def reset(self) -> None:
            calls.append("reset")
            super().reset()

    monkeypatch.setattr(lifecycle, "Backoff", Noted)
    monkeypatch.setattr(lifecycle, "GOOD_RUN_S", good_run_s)
    with running(("bad", Fails(StoreError("full")))) as cameras:
        until(lambda: cameras.failures["bad"] >= 4)
    assert calls[:4] == (["reset", "next"] * 2 if resets else ["next"] * 4)


def test_work_that_ends_by_itself_is_not_started_again() -> None:
    calls: list[int] = []
    with running(("file", lambda _: calls.append(1)), ("other", lambda _: calls.append(2))) as cameras:
        cameras.wait(threading.Event())
    assert sorted(calls) == [1, 2]
    assert cameras.failures == {}


def test_one_camera_is_stopped_restarted_and_replaced_while_the_others_run() -> None:
    north, south, other = Counts(), Counts(), Counts()
    with running(("north", north), ("south", south)) as cameras:
        until(lambda: north.starts == south.starts == 1)
        cameras.restart("north")
        until(lambda: (north.starts, north.ends) == (2, 1))
        assert cameras.stop("north") == []
        cameras.start("north", other)
        until(lambda: (north.ends, other.starts) == (2, 1))
        assert cameras.stop("north") == []
        assert other.ends == 1
        assert cameras.names == {"south"}
        assert (south.starts, south.ends) == (1, 0)
        cameras.start("north", north)
        with pytest.raises(ValueError, match="north is running already"):
            cameras.start("north", north)
        with pytest.raises(KeyError):
            cameras.stop("west")


def test_stops_even_while_it_waits_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "RETRY_FIRST_S", 3600.0)
    monkeypatch.setattr(lifecycle, "RETRY_MOST_S", 3600.0)
    with running(*((f"c{n}", waits) for n in range(15)), ("bad", Fails(StoreError("full")))) as cameras:
        until(lambda: cameras.failures["bad"] >= 1)
    assert cameras.failures["bad"] == 1


def test_a_camera_that_does_not_end_is_named_and_left_behind() -> None:
    gate, is_stuck = threading.Event(), threading.Event()

    def stuck(_: threading.Event) -> None:
        is_stuck.set()
        gate.wait()

    cameras = Lifecycle()
    cameras.start("stuck", stuck)
    cameras.start("good", waits)
    until(is_stuck.is_set)
    try:
        assert cameras.stop_all(0.05) == ["stuck"]
    finally:
        gate.set()


def test_waiting_ticks_until_it_is_to_stop() -> None:
    stop, ticks = threading.Event(), list[int]()

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 3:
            stop.set()

    with running(("a", waits)) as cameras:
        cameras.wait(stop, tick)
    assert len(ticks) == 3


def test_an_expected_failure_is_one_line_and_an_unforeseen_one_has_its_traceback(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "RETRY_FIRST_S", 3600.0)
    monkeypatch.setattr(lifecycle, "RETRY_MOST_S", 3600.0)
    with running(("a", Fails(StoreError("disk full"))), ("b", Fails(ZeroDivisionError("oops")))) as cameras:
        until(lambda: cameras.failures["a"] > 0 and cameras.failures["b"] > 0)
    ours, unforeseen = (
        [r for r in caplog.records if r.levelno == logging.ERROR and r.getMessage().startswith(f"camera {name}")]
        for name in "ab"
    )
    assert [r.getMessage() for r in ours] == ["camera a: disk full"]
    assert ours[0].exc_info is None
    assert [r.getMessage() for r in unforeseen] == ["camera b: an error in passerby; please report it"]
    assert unforeseen[0].exc_info is not None


def test_each_camera_has_a_thread_with_its_name() -> None:
    names: list[str] = []
    with running(
        *((n, lambda _: names.append(threading.current_thread().name)) for n in ("north", "south"))
    ) as all_:
        all_.wait(threading.Event())
    assert sorted(names) == ["camera north", "camera south"]
