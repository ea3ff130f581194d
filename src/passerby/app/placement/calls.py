"""Calls of a unit to one of its own processes over a connection: several at once, each with its time limit."""

from __future__ import annotations

import logging
import select
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as WaitedTooLong
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection

from passerby.app.placement.remote_group import GroupLostError
from passerby.contracts.errors import OperationError, PasserbyError

log = logging.getLogger(__name__)
# Each camera of a process waits for its records in one call.
MOST_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class _Call:
    number: int
    method: str
    given: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """error: the reason why there is no value, "" if there is one."""

    number: int
    value: object
    error: str = ""


class Caller:
    """The unit's end of a connection. Any thread may call. name: of the other process, for its errors."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection, self._name = connection, name
        self._sending, self._numbers = threading.Lock(), count()
        self._waiting: dict[int, Future[object]] = {}
        self._is_lost = False
        threading.Thread(target=self._read, name=f"answers of {name}", daemon=True).start()

    def call(self, method: str, *given: object, within_s: float) -> object:
        """Return the value of a method there.

        Raises GroupLostError without an answer in time, OperationError with the reason why the method failed.
        """
        answer, number = Future[object](), next(self._numbers)
        try:
            if not self._sending.acquire(timeout=within_s):
                raise WaitedTooLong
            try:
                if self._is_lost:
                    raise self._lost()
                self._waiting[number] = answer
                self._send(_Call(number, method, given))
            finally:
                self._sending.release()
            return answer.result(within_s)
        except WaitedTooLong:
            raise GroupLostError(f"{self._name} did not answer for {within_s:g} s") from None
        finally:
            self._waiting.pop(number, None)

    def end(self) -> None:
        """Ask the other process to end, if it still takes messages; never raises and does not wait."""
        if not self._sending.acquire(blocking=False):
            return
        try:
            room = select.poll()
            room.register(self._connection.fileno(), select.POLLOUT)
            if room.poll(0):
                self._send(None)
        finally:
            self._sending.release()

    def _send(self, message: _Call | None) -> None:
        with suppress(OSError):  # the other process is dead; `_read` sees it too
            self._connection.send(message)

    def _read(self) -> None:
        try:
            while True:
                self._take(self._connection.recv())
        except (EOFError, OSError):
            log.debug("%s has ended", self._name)
        finally:
            with self._sending:
                self._is_lost = True
            for waiting in [*self._waiting.values()]:
                waiting.set_exception(self._lost())

    def _take(self, answer: _Answer) -> None:
        waiting = self._waiting.pop(answer.number, None)
        if waiting is not None and answer.error:
            waiting.set_exception(OperationError(answer.error))
        elif waiting is not None:
            waiting.set_result(answer.value)

    def _lost(self) -> GroupLostError:
        return GroupLostError(f"{self._name} has ended")


def serve(connection: Connection, target: object) -> None:
    """Answer the calls of the unit with the methods of `target`, until the unit asks for the end.

    Raises EOFError or OSError if the unit's process is dead.
    """
    sending = threading.Lock()

    def answer(call: _Call) -> None:
        found = _answer(target, call)
        with sending:
            connection.send(found)

    pool = ThreadPoolExecutor(MOST_AT_ONCE, "calls")
    while (call := connection.recv()) is not None:
        pool.submit(answer, call)


def _answer(target: object, call: _Call) -> _Answer:
    try:
        return _Answer(call.number, getattr(target, call.method)(*call.given))
    except PasserbyError as error:
        return _Answer(call.number, None, str(error))
    except Exception as error:  # a fault of ours in one call must not end the others
        log.exception("an error in passerby; please report it")
        return _Answer(call.number, None, f"an error in passerby ({error}); please report it")
