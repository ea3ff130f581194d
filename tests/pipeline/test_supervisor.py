from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from passerby.contracts.errors import InputError, StoreError
from passerby.pipeline import supervisor
from passerby.pipeline.supervisor import Supervisor, Work

MS = 0.001


@contextmanager
def running(*jobs: tuple[str, Work]) -> Iterator[Supervisor]:
    watched = Supervisor(jobs, threading.Event())
    watched.start()
    try:
        yield watched
    finally:
        watched.stop.set()
        watched.wait()


def until(true: Callable[[], bool], within_s: float = 5.0) -> None:
    end_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end_s, "it did not come to that in time"
        time.sleep(MS)


def waits(stop: threading.Event) -> None:
    stop.wait()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "RETRY_FIRST_S", 2 * MS)
    monkeypatch.setattr(supervisor, "RETRY_MOST_S", 16 * MS)


class Fails:
    """Work that raises each time it is called, and notes when; good for `runs_s` before each failure."""

    def __init__(self, error: Exception, runs_s: float = 0.0) -> None:
        self.error, self.runs_s = error, runs_s
        self.began_s: list[float] = []

    def __call__(self, stop: threading.Event) -> None:
        self.began_s.append(time.monotonic())
        stop.wait(self.runs_s)
        raise self.error


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("error", [StoreError("full"), InputError("gone"), ZeroDivisionError("a fault of ours")])
def test_a_camera_that_raises_is_started_again_and_takes_no_other_along(error: Exception) -> None:
    bad, good_is_alive = Fails(error), threading.Event()

    def good(stop: threading.Event) -> None:
        good_is_alive.set()
        stop.wait()
        good_is_alive.clear()

    with running(("bad", bad), ("good", good)) as watched:
        until(lambda: watched.failures["bad"] >= 4)
        assert good_is_alive.is_set()
        assert watched.failures["good"] == 0
    assert len(bad.began_s) == watched.failures["bad"]


@pytest.mark.usefixtures("quick")
def test_the_wait_grows_up_to_its_most(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, waited_s = Fails(StoreError("full")), []
    with running(("bad", bad)) as watched:
        keep = watched.stop.wait
        monkeypatch.setattr(watched.stop, "wait", lambda s=None: (waited_s.append(s), keep(s))[1])
        until(lambda: watched.failures["bad"] >= 8)
    waits_ms = [round(s / MS) for s in waited_s if s]
    grown = [ms for ms in waits_ms if ms > 0]
    assert grown == sorted(grown)
    assert grown[-3:] == [16, 16, 16]


def test_a_long_good_run_starts_over_with_the_shortest_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "RETRY_FIRST_S", 2 * MS)
    monkeypatch.setattr(supervisor, "RETRY_MOST_S", 10.0)
    monkeypatch.setattr(supervisor, "GOOD_RUN_S", 5 * MS)
    bad = Fails(StoreError("full"), runs_s=10 * MS)
    with running(("bad", bad)) as watched:
        until(lambda: watched.failures["bad"] >= 12)
    assert bad.began_s[-1] - bad.began_s[0] < 2.0, "with doubling it would be eight seconds"


def test_work_that_ends_by_itself_is_not_started_again() -> None:
    calls = []
    watched = Supervisor(
        [("file", lambda _: calls.append(1)), ("other", lambda _: calls.append(2))], threading.Event()
    )
    watched.start()
    watched.wait()
    assert sorted(calls) == [1, 2]
    assert watched.failures == {"file": 0, "other": 0}


def test_stops_within_a_second_even_while_it_waits_to_try_again() -> None:
    with running(*((f"c{n}", waits) for n in range(15)), ("bad", Fails(StoreError("full")))) as watched:
        until(lambda: watched.failures["bad"] >= 1)
        began_s = time.monotonic()
        watched.stop.set()
        watched.wait()
        assert time.monotonic() - began_s < 1.0


def test_nothing_is_started_once_it_is_to_stop() -> None:
    bad = Fails(StoreError("full"))
    watched = Supervisor([("bad", bad)], threading.Event())
    watched.stop.set()
    watched.start()
    watched.wait()
    assert bad.began_s == []


def test_an_expected_failure_is_one_line_and_an_unforeseen_one_has_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with running(("a", Fails(StoreError("disk full"))), ("b", Fails(ZeroDivisionError("oops")))) as watched:
        until(lambda: all(watched.failures.values()))
    ours, unforeseen = (
        [r for r in caplog.records if r.levelno == logging.ERROR and r.getMessage().startswith(f"camera {name}")]
        for name in "ab"
    )
    assert [r.getMessage() for r in ours] == ["camera a: disk full"]
    assert ours[0].exc_info is None
    assert [r.getMessage() for r in unforeseen] == ["camera b: an error of passerby itself; please report it"]
    assert unforeseen[0].exc_info is not None


def test_each_camera_has_a_thread_with_its_name() -> None:
    names: list[str] = []

    def note(_: threading.Event) -> None:
        names.append(threading.current_thread().name)

    watched = Supervisor([("north", note), ("south", note)], threading.Event())
    watched.start()
    watched.wait()
    assert sorted(names) == ["camera north", "camera south"]
