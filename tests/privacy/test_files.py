"""analyze and run write the files that docs/egress.md lists and contact nobody."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from support import figures, stage
from support.figures import film
from support.stage import CAST, SECONDS

PAGE = Path(__file__).parents[2] / "docs" / "egress.md"
# In the program's own interpreter, before it is loaded: what Python opens for writing, and whom it calls.
WATCHED = """
import json, sys
written, called = set(), []
def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)) and (args[2] or 0) & 3:
        written.add(str(args[0]))
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        called.append([event, repr(args[1:])])
sys.addaudithook(hook)
from passerby.app.cli import main
sys.argv = ["passerby", *json.load(sys.stdin)]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("WATCHED" + json.dumps([sorted(written), called]))
"""


def patterns() -> list[str]:
    """The files listed on the page."""
    section = PAGE.read_text().split("## Files and addresses")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def watched(*arguments: object) -> tuple[list[str], list[list[str]]]:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        input=json.dumps([str(a) for a in arguments]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    written, called = json.loads(done.stdout.split("WATCHED")[1])
    return written, called


@pytest.mark.parametrize(
    ("word", "runtime"), [("analyze", "onnxruntime"), ("analyze", "openvino"), ("run", "auto")]
)
def test_the_files_on_the_page_and_no_other(tmp_path: Path, word: str, runtime: str) -> None:
    model, video = figures.model(tmp_path / "m.onnx"), film(tmp_path / "v.mp4", CAST, SECONDS)
    unit = stage.unit(tmp_path / "unit.yaml", {"source": str(video)}, model=str(model))
    out = tmp_path / "out"
    config = ["--config", unit] if word == "analyze" else [unit, "--no-console"]
    written, called = watched(word, *config, "--out", out, "--runtime", runtime)
    assert called == []
    listed, found = patterns(), [str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()]
    assert len(found) > 10
    assert [name for name in found if not any(fnmatchcase(name, pattern) for pattern in listed)] == []
    outside = [path for path in written if not Path(path).is_relative_to(out) and path != "/dev/null"]
    assert outside == []


def test_the_watch_sees_what_it_should(tmp_path: Path) -> None:
    """A guard that has been seen to fail."""
    hook, _ = WATCHED.split("from passerby.app.cli", maxsplit=1)
    acts = f"""
import socket
open({str(tmp_path / "x")!r}, "w").close()
try:
    socket.create_connection(("127.0.0.1", 9))
except OSError:
    print(written, called)
"""
    code = hook + acts
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path / "x") in said
    assert "socket.connect" in said
