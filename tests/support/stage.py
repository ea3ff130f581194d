"""A drawn platform for whole runs: three figures, a floor, a rule of every kind; and the command line."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from passerby.app import cli
from passerby.contracts.config import Camera
from support.figures import CYAN, MAGENTA, WH, YELLOW, Figure

SECONDS = 12.0
# Across the line at a walk; back over it at a run; somebody who stays; somebody on the track.
PASSER = Figure(MAGENTA, ((0.5, 30, 200), (4.5, 290, 200)))
RUNNER = Figure(MAGENTA, ((6.6, 300, 200), (8.6, 30, 200)))
LOITERER = Figure(YELLOW, ((1.0, 220, 215), (11.0, 222, 215)))
TRESPASSER = Figure(CYAN, ((6.0, 160, 110), (8.5, 165, 110)), height=40)
CAST = (PASSER, RUNNER, LOITERER, TRESPASSER)

CAMERA: dict[str, Any] = {
    "name": "platform-1",
    "picture_px": list(WH),
    "calibration": {
        "points": [
            {"px": [20, 230], "m": [0, 0]},
            {"px": [300, 230], "m": [6, 0]},
            {"px": [250, 90], "m": [6, 9]},
            {"px": [70, 90], "m": [0, 9]},
        ]
    },
    "zones": [
        {"name": "platform", "kind": "platform", "polygon_px": [[5, 235], [315, 235], [290, 150], [30, 150]]},
        {"name": "track", "kind": "track", "polygon_px": [[60, 140], [260, 140], [250, 92], [70, 92]]},
    ],
    "lines": [{"name": "stairs", "from_px": [160, 235], "to_px": [160, 150]}],
    "rules": [
        {"kind": "line_crossing", "line": "stairs"},
        {"kind": "fast_movement", "zone": "platform", "speed_mps": 2.0, "hold_s": 0.4, "travel_m": 1.0},
        {"kind": "loitering", "zone": "platform", "dwell_s": 5, "gap_s": 1},
        {"kind": "intrusion", "zone": "track"},
        {"kind": "crowding", "zone": "platform", "people": 2, "hold_s": 1},
    ],
}
KINDS = {"line_crossing", "fast_movement", "loitering", "intrusion", "crowding"}


def camera(**changes: Any) -> Camera:
    """The camera above as the loop takes it."""
    return Camera.model_validate({**CAMERA, "source": "drawn", **changes})


def unit(path: Path, *cameras: dict[str, Any], **more: Any) -> Path:
    """Write a configuration of these cameras; each is CAMERA with changes. JSON is YAML."""
    whole = {"station": "Riverside", "cameras": [{**CAMERA, **changes} for changes in cameras], **more}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


def command(*arguments: object) -> Answer:
    """Run `passerby ARGUMENTS` in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    code: int | str | None = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["passerby", *map(str, arguments)])
        patch.setattr(logging.root, "handlers", [*logging.root.handlers])  # one on `err` must not outlive it
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
    said = [stream.detach().getvalue().decode() for stream in (out, err)]
    return Answer(code if isinstance(code, int) else 0, *said)


@contextmanager
def program(*arguments: object, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`passerby ARGUMENTS` as a process of its own, its standard error in `log`; gone at the end."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    whole = [sys.executable, "-m", "passerby.app.cli", *map(str, arguments)]
    with log.open("ab") as errors:
        child = subprocess.Popen(whole, stdout=subprocess.DEVNULL, stderr=errors, env=environment)
        try:
            yield child
        finally:
            child.kill()
            child.wait()


def events_in(folder: Path) -> list[dict[str, Any]]:
    """The lines of events.jsonl."""
    return [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]
