"""A crash leaves nothing of the memory on the disk."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from passerby.app.process import SWITCH_S, switch_often
from passerby.contracts.version import __version__
from passerby.ingest.heap import ARENAS
from support.waiting import PATIENCE_S

# The command line up to the point where a command runs; then a crash, as in a library that decodes video.
CRASH = """
import ctypes, os, resource, sys
from passerby.app import cli
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
sys.argv = ["passerby", *sys.argv[1:]]
try:
    cli.main()
except SystemExit:
    pass
limits, dumpable = resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
print(limits, dumpable, oct(os.umask(0)), flush=True)
os.kill(os.getpid(), 11)
"""


def can_dump() -> bool:
    """Whether this machine allows a dump at all: the limit that was given to the tests may be 0."""
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)[1] == resource.RLIM_INFINITY


def crashed(folder: Path, code: str, *arguments: str) -> tuple[str, int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines()[-1], done.returncode, {path.name for path in folder.iterdir()}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl is of Linux")
@pytest.mark.parametrize(
    "command",
    ["analyze", "run", "demo", "calibrate", "eval", "sim", "events"],
)
def test_every_command_forbids_dumps_before_it_runs(tmp_path: Path, command: str) -> None:
    if not can_dump():
        pytest.skip("core dumps are forbidden here")
    said, code, left = crashed(tmp_path, CRASH, command, "--help")
    assert (said, code, left) == ("(0, 0) 0 0o77", -signal.SIGSEGV, set())


def test_the_crash_would_leave_a_dump(tmp_path: Path) -> None:
    """A guard that has been seen to fail; where dumps go to a program there is none to be seen."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if not can_dump() or pattern.startswith(("|", "/")):
        pytest.skip("a dump would not be in the working folder")
    _, _, left = crashed(tmp_path, CRASH.replace("cli.main()", "pass"), "x")
    assert any(name.startswith("core") for name in left)


# A command with a thread that was abandoned inside OpenCV, as a camera's may be.
ABANDONED = """
import sys, threading
import cv2, numpy
from passerby.app import cli
picture, begun = numpy.zeros((600, 600, 3), numpy.uint8), threading.Event()
def work():
    begun.set()
    while True:
        cv2.GaussianBlur(picture, (31, 31), 5.0)
threading.Thread(target=work, daemon=True).start()
begun.wait()
sys.argv = ["passerby", *sys.argv[2:]]
getattr(cli, {"whole": "program", "plain": "main"}[end])()
"""


@pytest.mark.parametrize(
    ("end", "arguments", "code", "said"),
    [
        ("whole", ["--version"], 0, f"passerby {__version__}"),
        ("whole", ["events", "nowhere"], 3, ""),
        ("plain", ["--version"], -signal.SIGABRT, f"passerby {__version__}"),
    ],
)
def test_an_abandoned_thread_does_not_change_the_exit_code(
    tmp_path: Path, end: str, arguments: list[str], code: int, said: str
) -> None:
    """The last row shows that the plain end of the interpreter would abort; see `leave`."""
    program = ABANDONED.replace("[end]", f"[{end!r}]")
    done = subprocess.run(
        [sys.executable, "-c", program, "passerby", *arguments],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE_S,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (code, said)


HEAPS = """
import ctypes, re, sys, threading
from passerby.app import cli
sys.argv = ["passerby", "--version"]
try:
    cli.main()
except SystemExit:
    pass
hold, allocated = threading.Event(), threading.Barrier(17)
def work():
    kept = bytearray(100_000)
    allocated.wait()
    hold.wait()
for _ in range(16):
    threading.Thread(target=work, daemon=True).start()
allocated.wait()
libc = ctypes.CDLL(None)
libc.open_memstream.restype, libc.fclose.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
text, size = ctypes.c_char_p(), ctypes.c_size_t()
stream = libc.open_memstream(ctypes.byref(text), ctypes.byref(size))
libc.malloc_info(0, stream)
libc.fclose(stream)
hold.set()
print(text.value.count(b"<heap nr="), flush=True)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library is not glibc")
def test_the_heaps_are_bounded_before_there_are_threads(tmp_path: Path) -> None:
    """A heap stays: a unit with four cameras had six, each with a hole as large as a video encoder."""
    done = subprocess.run([sys.executable, "-c", HEAPS], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(done.stdout.splitlines()[-1]) <= ARENAS


def test_threads_take_turns_more_often_than_by_default() -> None:
    before = sys.getswitchinterval()
    try:
        switch_often()
        assert sys.getswitchinterval() == pytest.approx(SWITCH_S)
    finally:
        sys.setswitchinterval(before)
