"""What a run writes to, as the interpreter and the kernel see it, and that no raw pixel is in any of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from support import audited, figures, stage
from support.figures import COLOURS, film, leaked, pictures
from support.stage import CAST, SECONDS

# A file opened in a way that lets it be written, and anything said to another machine or process.
OPENED = re.compile(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]+)", [^)]*O_(?:WRONLY|RDWR|CREAT)')
CALLED = re.compile(
    r"^\d+\s+(?:connect|sendto|sendmsg|sendmmsg|bind|listen|memfd_create|shm_open)\(", re.MULTILINE
)
HARMLESS = ("/dev/null", "/dev/tty", "/proc/", "/sys/")
RUN = 16


@dataclass(frozen=True)
class Watched:
    """A finished run: its results folder, what the audit hook saw, and the kernel's log if there is one."""

    out: Path
    written: list[str]
    sockets: list[str]
    log: str | None


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    folder = tmp_path_factory.mktemp("watched")
    unit = stage.unit(folder / "unit.yaml", {"source": str(film(folder / "platform.mp4", CAST, SECONDS))})
    model = figures.model(folder / "colours.onnx")
    reported, log, out = folder / "told.json", folder / "strace.log", folder / "out"
    strace = shutil.which("strace")
    before = (
        [strace, "-f", "-qq", "-s", "200", "-e", "trace=%file,%network,memfd_create", "-o", str(log)]
        if strace
        else []
    )
    program = [sys.executable, "-B", audited.__file__, str(reported)]
    arguments = ["analyze", "--config", str(unit), "--model", str(model), "--out", str(out), "--quiet"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([*before, *program, *arguments], check=True, capture_output=True, env=environment)
    seen = json.loads(reported.read_text())
    return Watched(out, seen["written"], seen["sockets"], log.read_text(errors="replace") if strace else None)


def raw_pixels_in(data: bytes) -> int:
    """How often a row of a figure stands in `data`, as blue-green-red, red-green-blue or with a fourth channel."""
    rows = [colour[::step] for colour in COLOURS for step in (1, -1)]
    return sum(data.count(bytes([*row, *more]) * RUN) for row in rows for more in ((), (255,), (0,)))


def test_the_search_finds_raw_pixels_where_there_are_some() -> None:
    """A guard that has been seen to fail."""
    frame = figures.drawn(CAST, 2.0)
    assert raw_pixels_in(frame.tobytes()) > 0
    assert raw_pixels_in(frame[..., ::-1].tobytes()) > 0
    assert leaked(frame) > 0


def test_only_the_results_folder_is_written(watched: Watched) -> None:
    elsewhere = [path for path in watched.written if not inside(path, watched.out)]
    assert elsewhere == []
    assert len(watched.written) > 5


def test_no_socket_is_made(watched: Watched) -> None:
    assert watched.sockets == []


def test_the_kernel_saw_no_other_file_and_no_connection(watched: Watched) -> None:
    if watched.log is None:
        pytest.skip("strace is not installed")
    paths = set(OPENED.findall(watched.log))
    assert any(path.endswith("redacted.mp4") for path in paths), "the log is one of a run"
    reported = watched.out.parent / "told.json"
    elsewhere = [
        p for p in paths if not inside(p, watched.out) and not p.startswith(HARMLESS) and Path(p) != reported
    ]
    assert elsewhere == []
    assert CALLED.findall(watched.log) == []


def test_no_file_holds_a_raw_pixel(watched: Watched) -> None:
    files = [path for path in watched.out.rglob("*") if path.is_file()]
    assert len(files) > 8
    for path in files:
        assert raw_pixels_in(path.read_bytes()) == 0, path.name
    shown = [*watched.out.rglob("*.jpg"), *watched.out.rglob("*.mp4")]
    assert len(shown) > 3
    assert sum(leaked(picture) for path in shown for picture in pictures(path)) == 0


def inside(path: str, folder: Path) -> bool:
    return Path(path).resolve().is_relative_to(folder.resolve())
