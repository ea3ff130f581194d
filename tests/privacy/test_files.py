"""Every command writes the files that docs/egress.md lists for it, and contacts nobody."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
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
for words in json.load(sys.stdin):
    sys.argv = ["passerby", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code, (words, end.code)
print("WATCHED" + json.dumps([sorted(written), called]))
"""


def patterns(title: str = "Files and addresses") -> list[str]:
    """The files listed in a section of the page."""
    section = PAGE.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def watched(*lines: Sequence[object], before: str = "") -> tuple[list[str], list[list[str]]]:
    """Run the command lines one after the other; return the files that were opened for writing, and the calls."""
    done = subprocess.run(
        [sys.executable, "-c", before + WATCHED],
        input=json.dumps([[str(word) for word in line] for line in lines]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    written, called = json.loads(done.stdout.rpartition("WATCHED")[2])
    return written, called


@pytest.mark.parametrize(
    ("word", "runtime"), [("analyze", "onnxruntime"), ("analyze", "openvino"), ("run", "auto")]
)
def test_the_files_on_the_page_and_no_other(tmp_path: Path, word: str, runtime: str) -> None:
    model, video = figures.model(tmp_path / "m.onnx"), film(tmp_path / "v.mp4", CAST, SECONDS)
    unit = stage.unit(tmp_path / "unit.yaml", {"source": str(video)}, model=str(model))
    out = tmp_path / "out"
    config = ["--config", unit] if word == "analyze" else [unit, "--no-console"]
    written, called = watched((word, *config, "--out", out, "--runtime", runtime))
    assert called == []
    listed, found = patterns(), [str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()]
    assert len(found) > 10
    assert [name for name in found if not any(fnmatchcase(name, pattern) for pattern in listed)] == []
    outside = [path for path in written if not Path(path).is_relative_to(out) and path != "/dev/null"]
    assert outside == []


# A model that `models pull` finds in a folder, and a demo of one second.
STAND_INS = """
import hashlib
import passerby.app.demo as demo
from pathlib import Path
from passerby.vision.catalogue import KNOWN, Known, ModelFile
def part(suffix):
    data = Path({mirror!r}, "drawn" + suffix).read_bytes()
    return ModelFile("https://host/drawn" + suffix, hashlib.sha256(data).hexdigest(), len(data))
KNOWN["drawn"] = Known("drawn", "MIT", "omz-atss", (64, 64), (part(".xml"), part(".bin")))
demo.SCENARIO = {scenario!r}
"""
SMALL = "station: platform\ntitle: One second\nseconds: 1\nactors: []\n"
HAND_COUNTS = "line,direction,from_s,to_s,count\nstairs,in,0,12,1\nstairs,out,0,12,1\n"


@pytest.mark.slow
def test_every_other_command_writes_the_files_on_the_page(tmp_path: Path) -> None:
    model, video = figures.model(tmp_path / "m.onnx"), film(tmp_path / "v.mp4", CAST, SECONDS)
    unit = stage.unit(tmp_path / "unit.yaml", {"source": str(video)}, model=str(model))
    made, results, mirror = tmp_path / "made", tmp_path / "analysed", tmp_path / "mirror"
    for folder in (mirror, made / "frame", made / "doctor"):
        folder.mkdir(parents=True)
    for name in ("drawn.xml", "drawn.bin"):
        (mirror / name).write_bytes(name.encode())
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "truth.csv").write_text(HAND_COUNTS)
    watched(("analyze", "--config", unit, "--out", results, "--no-video"))
    earlier = {path: path.read_bytes() for path in results.rglob("*") if path.is_file()}
    event = next(iter(json.loads(line)["id"] for line in (results / "events.jsonl").read_text().splitlines()))
    counts = ("--truth", tmp_path / "truth.csv", "--error-file", made / "counts" / "counts-error.json")
    written, called = watched(
        ("check", unit),
        ("calibrate", "--config", unit, "--out", made / "calibrate"),
        ("frame", video, "--config", unit, "--seconds", 2, "--out", made / "frame" / "frame.png"),
        ("doctor", unit, "--out", results, "--bundle", made / "doctor" / "bundle.json", "--yes"),
        ("sim", "list"),
        ("sim", "render", tmp_path / "small.yaml", "--seconds", 0.2, "--width", 64, "--out", made / "render"),
        ("demo", "--once", "--model", model, "--out", made / "demo"),
        ("models", "list"),
        ("models", "pull", "drawn", "--from", mirror, "--to", made / "models"),
        ("eval", "budget", results / "events.jsonl", "--out", made / "eval"),
        ("eval", "counts", video, "--config", unit, "--detector", model, *counts),
        *((word, results) for word in ("events", "health", "ledger", "purge")),
        ("alarms", "list", results),
        ("evidence", "list", results),
        ("evidence", "lock", results, event, "--reason", "a claim", "--until", _soon()),
        ("evidence", "unlock", results, event),
        ("audit", "list", results),
        ("audit", "verify", results),
        ("users", "list", results),
        before=STAND_INS.format(mirror=str(mirror), scenario=str(tmp_path / "small.yaml")),
    )
    assert called == []
    listed = patterns("Files of other commands")
    files = {str(path.relative_to(top)) for top in made.iterdir() for path in top.rglob("*") if path.is_file()}
    assert {name for name in files if not any(fnmatchcase(name, pattern) for pattern in listed)} == set()
    assert {pattern for pattern in listed if not any(fnmatchcase(name, pattern) for name in files)} == set()
    of_demo = [*patterns(), "tracks.txt", "ground.csv"]
    in_demo = [str(p.relative_to(made / "demo" / "results")) for p in (made / "demo" / "results").rglob("*.*")]
    assert [name for name in in_demo if not any(fnmatchcase(name, pattern) for pattern in of_demo)] == []
    after = {path: path.read_bytes() for path in results.rglob("*") if path.is_file()}
    changed = {path.name for path in earlier.keys() | after.keys() if earlier.get(path) != after.get(path)}
    assert changed <= {"passerby.db", "passerby.db-wal", "passerby.db-shm"}
    nameless = str(results)  # doctor measures the disk with a file that has no name
    elsewhere = {path for path in written if not Path(path).is_relative_to(made)} - {"/dev/null", nameless}
    assert elsewhere == set()


def _soon() -> str:
    return (datetime.now(UTC) + timedelta(days=2)).isoformat()


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
