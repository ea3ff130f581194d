from __future__ import annotations

import threading

import pytest

from passerby.evidence import worker as room
from passerby.evidence.worker import Worker
from support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.usefixtures("slow_machine")


def test_jobs_are_done_in_order_and_in_another_thread() -> None:
    done: list[tuple[int, str]] = []
    with Worker("hand", 100, patient=True) as worker:
        for k in range(50):
            assert worker.put(lambda k=k: done.append((k, threading.current_thread().name)))  # type: ignore[misc]
    assert done == [(k, "hand") for k in range(50)]
    assert not worker.is_busy


@pytest.mark.parametrize(("patient", "taken"), [(False, 4), (True, 8)])
def test_what_there_is_no_room_for_is_refused_or_waited_for(patient: bool, taken: int) -> None:
    gate, begun = threading.Event(), threading.Event()

    def waits() -> None:
        begun.set()
        gate.wait(PATIENCE_S)

    worker = Worker("hand", 3, patient=patient)
    assert worker.put(waits)
    assert begun.wait(PATIENCE_S)
    if patient:
        threading.Timer(0.2, gate.set).start()
    assert 1 + sum(worker.put(lambda: None) for _ in range(7)) == taken
    assert worker.is_busy or patient
    gate.set()
    assert worker.wait()


def test_a_job_that_fails_ends_no_other(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    def fails() -> None:
        raise MemoryError

    with Worker("hand", 9, patient=True) as worker:
        worker.put(fails)
        worker.put(lambda: done.append(1))
    assert done == [1]
    assert "hand: a job failed" in caplog.text


def test_a_live_one_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_WAIT_S", 0.1)
    gate = threading.Event()
    worker = Worker("hand", 9, patient=False)

    def waits() -> None:
        gate.wait(PATIENCE_S)

    worker.put(waits)
    assert not worker.wait()
    monkeypatch.setattr(room, "MOST_WAIT_S", PATIENCE_S)
    gate.set()
    assert worker.wait()


def test_the_thread_goes_when_there_is_nothing_to_do_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_IDLE_S", 0.02)
    worker, before, done = Worker("hand", 9, patient=True), threading.active_count(), []
    for k in range(3):
        worker.put(lambda k=k: done.append(k))  # type: ignore[misc]
        worker.close()
        until(lambda: threading.active_count() <= before)
    assert done == [0, 1, 2]
