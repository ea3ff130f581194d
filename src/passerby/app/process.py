"""The whole process: no core dumps of its memory, files that only their owner can read, and its end."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import sys
import threading
from contextlib import suppress
from typing import NoReturn

PR_SET_DUMPABLE = 4
OTHERS = 0o077
# Seconds until a thread asks another one for the interpreter's lock. Python's own 5 ms are longer than most of the
# steps of a frame, which wait for the lock dozens of times: decision 0039.
SWITCH_S = 0.0005


def protect() -> None:
    """Forbid core dumps, and keep files of this process from other users.

    A dump would hold decoded frames and the passwords of cameras. The limit forbids a file; a kernel that pipes
    dumps to a program, as systemd-coredump and apport do, ignores the limit, so the process is also marked as not
    dumpable. Child processes inherit the limit.
    """
    os.umask(os.umask(OTHERS) | OTHERS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):  # Linux; elsewhere the limit is all there is
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def switch_often() -> None:
    """Let the threads of many cameras take turns at the interpreter more often than Python does by itself."""
    sys.setswitchinterval(SWITCH_S)


def leave(code: int) -> NoReturn:
    """End the process with this exit code, also if a thread was abandoned inside a library.

    When the interpreter ends, it unwinds every daemon thread that returns from a library. OpenCV and OpenVINO
    return in a destructor, where C++ permits no unwinding: the process was aborted, and the exit code was lost
    (SIGABRT, seen with OpenCV 5.0 and OpenVINO 2026.4). By now every file is closed.
    """
    if not any(thread.daemon for thread in threading.enumerate()):
        sys.exit(code)
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
