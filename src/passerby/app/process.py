"""Settings of the whole process: no core dumps of its memory, and files that only their owner can read."""

from __future__ import annotations

import ctypes
import os
import resource

PR_SET_DUMPABLE = 4
OTHERS = 0o077


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
