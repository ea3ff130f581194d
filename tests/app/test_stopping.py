from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from passerby.app.stopping import stop_on_signals
from support.waiting import PATIENCE_S

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])


@BOTH
def test_the_first_signal_asks_and_says_so(number: signal.Signals, capfd: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    with stop_on_signals(stop):
        os.kill(os.getpid(), number)
        assert stop.wait(PATIENCE_S)
    assert capfd.readouterr().err == f"passerby: {number.name}: finishing the files\n"


@BOTH
def test_the_second_signal_ends_at_once(number: signal.Signals) -> None:
    stop = threading.Event()

    def twice() -> None:
        with stop_on_signals(stop):
            os.kill(os.getpid(), number)
            os.kill(os.getpid(), number)
            time.sleep(PATIENCE_S)

    with pytest.raises(KeyboardInterrupt):
        twice()


@BOTH
def test_a_unit_is_not_hurried_by_a_second_signal(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    """`timeout` sends SIGTERM to the child and to its group; the store must not be closed under the cameras."""
    stop = threading.Event()
    with stop_on_signals(stop, insist=False):
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        assert stop.wait(PATIENCE_S)
    assert "still finishing the files; this takes at most ten seconds" in capfd.readouterr().err


def test_a_hang_up_reloads_where_that_is_possible() -> None:
    stop, reload = threading.Event(), threading.Event()
    with stop_on_signals(stop, reload=reload):
        os.kill(os.getpid(), signal.SIGHUP)
        assert reload.wait(PATIENCE_S)
    assert not stop.is_set()


@BOTH
def test_afterwards_signals_mean_what_they_meant(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def fails() -> None:
        with stop_on_signals(threading.Event()):
            assert signal.getsignal(number) is not before
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fails()
    assert signal.getsignal(number) is before


def test_a_signal_amid_writing_to_the_same_stream_does_no_harm() -> None:
    # A buffered stream refuses to be entered twice, which a handler that writes to it would do.
    code = """
import os, signal, sys, threading
from passerby.app.stopping import stop_on_signals

class Stderr:
    def write(self, text):
        raise RuntimeError("reentrant call inside <_io.BufferedWriter name='<stderr>'>")

with stop_on_signals(threading.Event()):
    real, sys.stderr = sys.stderr, Stderr()
    os.kill(os.getpid(), signal.SIGTERM)
    sys.stderr = real
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "passerby: SIGTERM: finishing the files\n")
