from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from passerby.contracts.errors import ModelError
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.pixels.frame import RawFrame
from passerby.vision.shared import SharedDetector
from support.fakes import INFO
from support.seen import found, frame
from support.waiting import PATIENCE_S, until

WH = (8, 6)


class Slow:
    """Finds a box as wide as the frame's number; can be held up, and refuses frames of camera `bad`."""

    info: ModelInfo = INFO

    def __init__(self, batch: int = 1, predicted: bool = False) -> None:
        self.batch, self.go = batch, threading.Event()
        self.began = threading.Semaphore(0)
        self.calls: list[list[str]] = []
        if not predicted:
            self.go.set()

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        self.calls.append([f.camera for f in frames])
        self.began.release()
        assert self.go.wait(PATIENCE_S)
        if any(f.camera == "bad" for f in frames):
            raise ModelError("it cannot take this picture")
        return [found([(0, 0, f.number, 5)], f.at.s, wh=f.wh, camera=f.camera) for f in frames]


def picture(camera: str, number: int = 1) -> RawFrame:
    return frame(WH, number / 10, bgr=np.zeros((6, 8, 3), np.uint8), camera=camera, number=number)


def width(of: Detections) -> float:
    return float(of.xyxy_px[0, 2])


def test_everybody_gets_the_answer_to_their_own_frames() -> None:
    slow = Slow(batch=4)
    with SharedDetector(slow, 2) as shared, ThreadPoolExecutor(16) as cameras:

        def one(n: int) -> bool:
            asked = [picture(f"c{n}", n * 10 + k) for k in range(1 + n % 3)]
            answered = shared.detect(asked)
            return [(d.camera, width(d)) for d in answered] == [(f.camera, f.number) for f in asked]

        assert all(cameras.map(one, range(1, 200)))
    assert sum(map(len, slow.calls)) == sum(1 + n % 3 for n in range(1, 200))


def test_no_frames_no_answers() -> None:
    with SharedDetector(Slow(), 1) as shared:
        assert shared.detect([]) == []


def test_it_says_what_runs() -> None:
    with SharedDetector(Slow(batch=3), 1) as shared:
        assert (shared.info, shared.batch) == (INFO, 3)


@pytest.mark.parametrize(("batch", "sizes"), [(1, [1, 1, 1, 1, 1]), (3, [1, 3, 1]), (8, [1, 4])])
def test_a_busy_worker_takes_what_waits_up_to_the_batch(batch: int, sizes: list[int]) -> None:
    slow = Slow(batch, predicted=True)
    with SharedDetector(slow, 1) as shared, ThreadPoolExecutor(5) as cameras:
        first = cameras.submit(shared.detect, [picture("first")])
        slow.began.acquire()
        rest = [cameras.submit(shared.detect, [picture(f"c{n}", n)]) for n in range(1, 5)]
        until(lambda: shared._jobs.qsize() == 4)
        slow.go.set()
        assert [width(r.result()[0]) for r in rest] == [1, 2, 3, 4]
        first.result()
    assert [len(call) for call in slow.calls] == sizes


def test_as_many_at_once_as_there_are_workers() -> None:
    slow = Slow(predicted=True)
    with SharedDetector(slow, 2) as shared, ThreadPoolExecutor(3) as cameras:
        asked = [cameras.submit(shared.detect, [picture(f"c{n}")]) for n in range(3)]
        slow.began.acquire()
        slow.began.acquire()
        assert not slow.began.acquire(timeout=0.05), "the third waits"
        slow.go.set()
        assert [len(a.result()) for a in asked] == [1, 1, 1]


def test_a_frame_that_cannot_be_taken_fails_its_own_camera_only() -> None:
    slow = Slow(batch=8, predicted=True)
    with SharedDetector(slow, 1) as shared, ThreadPoolExecutor(5) as cameras:
        cameras.submit(shared.detect, [picture("first")])
        slow.began.acquire()
        names = ["a", "bad", "b", "c"]
        asked = {name: cameras.submit(shared.detect, [picture(name)]) for name in names}
        until(lambda: shared._jobs.qsize() == 4)
        slow.go.set()
        with pytest.raises(ModelError, match="this picture"):
            asked["bad"].result()
        for name in ("a", "b", "c"):
            assert asked[name].result()[0].camera == name
        assert shared.detect([picture("later")])[0].camera == "later", "and the worker lives on"


def test_what_waits_is_finished_on_closing() -> None:
    slow = Slow(predicted=True)
    shared = SharedDetector(slow, 2)
    with ThreadPoolExecutor(8) as cameras:
        asked = [cameras.submit(shared.detect, [picture(f"c{n}", n)]) for n in range(1, 7)]
        until(lambda: shared._jobs.qsize() == 4)
        closing = cameras.submit(shared.close)
        slow.go.set()
        closing.result(PATIENCE_S)
        assert [width(a.result(PATIENCE_S)[0]) for a in asked] == [1, 2, 3, 4, 5, 6]
    shared.close()  # twice is harmless
    assert not any(worker.is_alive() for worker in shared._workers)


def test_after_closing_a_call_is_refused_instead_of_waiting_for_ever() -> None:
    shared = SharedDetector(Slow(), 2)
    shared.close()
    with ThreadPoolExecutor(1) as camera, pytest.raises(RuntimeError, match="closed"):
        camera.submit(shared.detect, [picture("late")]).result(PATIENCE_S)


def test_calls_while_it_closes_are_answered_or_refused_but_never_left_waiting() -> None:
    for _ in range(30):
        shared = SharedDetector(Slow(batch=4), 2)

        def call(shared: SharedDetector = shared) -> str:
            try:
                return shared.detect([picture("c")])[0].camera
            except RuntimeError:
                return "refused"

        with ThreadPoolExecutor(8) as cameras:
            asked = [cameras.submit(call) for _ in range(40)]
            shared.close()
            assert {a.result(PATIENCE_S) for a in asked} <= {"c", "refused"}
