from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from passerby.contracts.errors import InputError, StoreError
from passerby.unit import supervisor
from passerby.unit.supervisor import Supervisor, Work
from support.waiting import until

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


def waits(stop: threading.Event) -> None:
    stop.wait()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "RETRY_FIRST_S", 2 * MS)
    monkeypatch.setattr(supervisor, "RETRY_MOST_S", 16 * MS)


class Fails:
    """Work that raises each time it is called, and counts."""

    def __init__(self, error: Exception) -> None:
        self.error, self.calls = error, 0

    def __call__(self, _: threading.Event) -> None:
        self.calls += 1
        raise self.error


def waits_of(watched: Supervisor, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that it waits before it tries again, as they come."""
    waited_s, wait = [], watched.stop.wait

    def noted(seconds: float | None = None) -> bool:
        if seconds:
            waited_s.append(seconds)
        return wait(seconds)

    monkeypatch.setattr(watched.stop, "wait", noted)
    return waited_s


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "error", [StoreError("full"), InputError("removed"), ZeroDivisionError("a fault of ours")]
)
def test_a_camera_that_raises_is_started_again_and_takes_no_other_along(error: Exception) -> None:
    bad, good_is_alive = Fails(error), threading.Event()

    def good(stop: threading.Event) -> None:
        good_is_alive.set()
        stop.wait()
        good_is_alive.clear()

    with running(("bad", bad), ("good", good)) as watched:
        until(lambda: watched.failures["bad"] >= 4 and good_is_alive.is_set())
        assert watched.failures["good"] == 0
    assert bad.calls == watched.failures["bad"]


@pytest.mark.usefixtures("quick")
def test_the_wait_grows_up_to_its_most(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(("bad", Fails(StoreError("full")))) as watched:
        waited_s = waits_of(watched, monkeypatch)
        until(lambda: watched.failures["bad"] >= 8)
    waits_ms = [round(s / MS) for s in waited_s]
    assert waits_ms == sorted(waits_ms)
    assert waits_ms[-3:] == [16, 16, 16]


@pytest.mark.usefixtures("quick")
def test_a_long_good_run_starts_over_with_the_shortest_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GOOD_RUN_S", -1.0)  # every run is longer
    with running(("bad", Fails(StoreError("full")))) as watched:
        waited_s = waits_of(watched, monkeypatch)
        until(lambda: watched.failures["bad"] >= 6)
    assert {round(s / MS) for s in waited_s} == {2}


def test_work_that_ends_by_itself_is_not_started_again() -> None:
    calls = []
    watched = Supervisor(
        [("file", lambda _: calls.append(1)), ("other", lambda _: calls.append(2))], threading.Event()
    )
    watched.start()
    watched.wait()
    assert sorted(calls) == [1, 2]
    assert watched.failures == {"file": 0, "other": 0}


def test_stops_even_while_it_waits_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "RETRY_FIRST_S", 3600.0)
    with running(*((f"c{n}", waits) for n in range(15)), ("bad", Fails(StoreError("full")))) as watched:
        until(lambda: watched.failures["bad"] >= 1)
    assert watched.failures["bad"] == 1


def test_nothing_is_started_once_it_is_to_stop() -> None:
    bad = Fails(StoreError("full"))
    watched = Supervisor([("bad", bad)], threading.Event())
    watched.stop.set()
    watched.start()
    watched.wait()
    assert bad.calls == 0


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
