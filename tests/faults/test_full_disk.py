"""A disk that fills up while `analyze` works: one sentence, and what was written can be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from passerby.store.connect import reading
from passerby.store.encode import event_line
from passerby.store.events import query
from passerby.store.results import DATABASE
from support import figures, stage
from support.figures import film
from support.file_limit import file_size_limit
from support.living import assert_nobody_shown
from support.stage import CAST, SECONDS, command


@pytest.mark.parametrize("room", [500, 5_000, 20_000, 45_000, 70_000, 100_000])
def test_no_file_can_grow_beyond(tmp_path: Path, room: int) -> None:
    model = figures.model(tmp_path / "colours.onnx")
    video = film(tmp_path / "v.mp4", CAST, SECONDS)
    unit = stage.unit(tmp_path / "unit.yaml", {"source": str(video)})
    out = tmp_path / "out"
    with file_size_limit(room):
        answer = command("analyze", "--model", model, "--config", unit, "--out", out, "--eval")
    assert answer.code == 3
    assert answer.err.startswith("passerby: ")
    assert answer.err.count("\n") == 1
    assert "Traceback" not in answer.err
    for name in ("summary.json", "report.html"):
        if (out / name).exists():
            assert json.loads((out / "summary.json").read_text("utf-8"))
    if (out / "events.jsonl").exists() and (out / DATABASE).stat().st_size > 4096:
        with reading(out / DATABASE) as connection:
            stored = b"".join(map(event_line, query(connection)))
        assert stored.startswith((out / "events.jsonl").read_bytes())
    assert_nobody_shown(out)
