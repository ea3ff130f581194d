"""Signals as requests: Ctrl-C, SIGTERM and a closed terminal finish the work; SIGHUP reloads, SIGURG reports."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

REPORT = signal.SIGURG


@contextmanager
def stop_on_signals(
    stop: threading.Event,
    *,
    reload: threading.Event | None = None,
    report: threading.Event | None = None,
    insist: bool = True,
) -> Iterator[None]:
    """Set `stop` on the first SIGINT, SIGTERM or SIGHUP, so that every file is finished.

    reload: is set by SIGHUP instead. report: is set by SIGURG, which does nothing to a program without a handler.
    insist: a second signal ends the program at once; otherwise it changes nothing, because the end of a unit is
    bounded in time anyway.
    """

    def ask(number: int, _: object) -> None:
        if not stop.is_set():
            _say(f"{signal.Signals(number).name}: finishing the files")
            stop.set()
        elif insist:
            raise KeyboardInterrupt
        else:
            _say(f"{signal.Signals(number).name}: still finishing the files; this takes at most ten seconds")

    def ask_to_reload(number: int, frame: object) -> None:
        if reload is None:
            ask(number, frame)
        else:
            reload.set()

    handlers = {signal.SIGINT: ask, signal.SIGTERM: ask, signal.SIGHUP: ask_to_reload}
    if report is not None:
        handlers[REPORT] = lambda *_: report.set()
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(words: str) -> None:
    # Not through sys.stderr: the signal may interrupt a write to it, which is not reentrant.
    with suppress(OSError):
        os.write(2, f"passerby: {words}\n".encode())
