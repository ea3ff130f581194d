"""Calls over a connection: several at once, with their errors, their time limits, and a lost other end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from passerby.app.placement.calls import Caller, serve
from passerby.app.placement.remote_group import GroupLostError
from passerby.contracts.errors import OperationError, UsageError
from support.waiting import PATIENCE_S, until

Ends = tuple[Caller, Connection]


class Target:
    def __init__(self) -> None:
        self.goes_on = threading.Event()

    def wait(self) -> str:
        assert self.goes_on.wait(PATIENCE_S)
        return "waited"

    def go_on(self, word: str) -> str:
        self.goes_on.set()
        return word

    def refuse(self) -> None:
        raise UsageError("no such model")

    def fail(self) -> None:
        raise ZeroDivisionError("of ours")


@pytest.fixture
def ends() -> Iterator[Ends]:
    """The unit's end, and the connection of the other one, which is served in a thread."""
    ours, theirs = Pipe()

    def work() -> None:
        with suppress(EOFError, OSError):
            serve(theirs, Target())

    thread = threading.Thread(target=work)
    thread.start()
    caller = Caller(ours, "process 1")
    yield caller, theirs
    caller.end()
    thread.join(PATIENCE_S)
    theirs.close()


def test_calls_do_not_wait_for_each_other(ends: Ends) -> None:
    caller, _ = ends
    with ThreadPoolExecutor() as pool:
        first = pool.submit(caller.call, "wait", within_s=PATIENCE_S)
        assert caller.call("go_on", "now", within_s=PATIENCE_S) == "now"
        assert first.result() == "waited"


def test_a_call_that_fails_has_its_reason_and_the_next_one_works(ends: Ends) -> None:
    caller, _ = ends
    with pytest.raises(OperationError, match="no such model"):
        caller.call("refuse", within_s=PATIENCE_S)
    with pytest.raises(OperationError, match="an error in passerby"):
        caller.call("fail", within_s=PATIENCE_S)
    assert caller.call("go_on", "next", within_s=PATIENCE_S) == "next"


def test_a_call_without_an_answer_in_time_has_lost_the_group(ends: Ends) -> None:
    caller, _ = ends
    with pytest.raises(GroupLostError, match="process 1 did not answer for"):
        caller.call("wait", within_s=0.01)
    caller.call("go_on", "", within_s=PATIENCE_S)


def test_every_call_to_an_end_that_is_closed_is_lost_at_once() -> None:
    ours, theirs = Pipe()
    caller = Caller(ours, "process 1")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(caller.call, "wait", within_s=PATIENCE_S)
        theirs.recv()
        theirs.close()
        with pytest.raises(GroupLostError, match="process 1 has ended"):
            waiting.result()
    with pytest.raises(GroupLostError, match="process 1 has ended"):
        caller.call("wait", within_s=PATIENCE_S)
    caller.end()


def test_an_end_that_takes_no_message_keeps_no_other_call_waiting() -> None:
    ours, theirs = Pipe()
    caller = Caller(ours, "process 1")
    with ThreadPoolExecutor() as pool:
        stuck = pool.submit(caller.call, "take", "x" * 10_000_000, within_s=PATIENCE_S)
        until(caller._sending.locked)
        with pytest.raises(GroupLostError, match="did not answer"):
            caller.call("take", within_s=0.01)
        caller.end()
        theirs.close()
        with pytest.raises(GroupLostError, match="has ended"):
            stuck.result()
