"""`passerby analyze --two-pass` shows more of a place, and reports the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support import figures, stage
from support.figures import film, leaked, pictures
from support.stage import CAST, SECONDS, command


@pytest.fixture(scope="module")
def outs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("passes")
    config = stage.unit(folder / "unit.yaml", {"source": str(film(folder / "platform.mp4", CAST, SECONDS))})
    model = figures.model(folder / "colours.onnx")
    made = {}
    for name, more in (("one", ()), ("two", ("--two-pass",))):
        out = folder / name
        answer = command("analyze", "--config", config, "--model", model, "--out", out, "--quiet", *more)
        assert answer.code == 0, answer.err
        made[name] = out
    return made


def events(out: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (out / "events.jsonl").read_text("utf-8").splitlines()]
    return [{**row, "evidence": None} for row in rows]


def test_events_and_counts_are_those_of_one_pass(outs: dict[str, Path]) -> None:
    assert events(outs["one"]) == events(outs["two"]) != []
    for name in ("zones.csv", "lines.csv", "flows.csv"):
        assert (outs["one"] / name).read_bytes() == (outs["two"] / name).read_bytes()


def test_less_is_covered_and_no_raw_pixel_is_shown(outs: dict[str, Path]) -> None:
    one, two = (
        json.loads((outs[name] / "summary.json").read_text())["covered"]["share"] for name in ("one", "two")
    )
    assert two < 0.6 * one
    assert sum(leaked(picture) for picture in pictures(outs["two"] / "redacted.mp4")) == 0


def test_nothing_of_the_first_pass_stays(outs: dict[str, Path]) -> None:
    one, two = ({str(path.relative_to(out)) for path in out.rglob("*")} for out in outs.values())
    assert one == two
