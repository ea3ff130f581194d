"""Damaged recordings: each is read as far as it goes or refused with one sentence, in bounded time and memory."""

from __future__ import annotations

import ast
import random
import subprocess
import sys
from pathlib import Path

import pytest

from support import figures
from support.spoiled import WAYS, spoiled, whole
from support.stage import command

NUMBER, SEED = 200, 20261129
# One variant takes about 10 ms of the processor and the program about 95 MB.
MOST_S, MOST_MB = 5.0, 250.0
TESTS = Path(__file__).parents[1]


@pytest.mark.slow
def test_damaged_recordings_are_read_or_refused(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "support.spoiled", str(tmp_path), str(NUMBER), str(SEED)]
    done = subprocess.run(words, cwd=TESTS, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), f"after {len(done.stdout.splitlines())} recordings"
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(rows) == NUMBER
    assert max(float(seconds) for _, seconds, _, _ in rows) < MOST_S
    assert max(float(peak) for _, _, peak, _ in rows) < MOST_MB
    ends = [ast.literal_eval(end) for *_, end in rows]
    refused = [end for end in ends if end.startswith("refused: ")]
    assert 0.1 * NUMBER < len(refused) < 0.9 * NUMBER, "the damage is neither harmless nor always fatal"
    assert all(str(tmp_path / "spoiled") in sentence and sentence.isprintable() for sentence in refused)


@pytest.mark.slow
def test_analyze_ends_with_its_exit_code_whatever_the_damage(tmp_path: Path) -> None:
    chance, model = random.Random(SEED), figures.model(tmp_path / "m.onnx")
    codes = set()
    for n, source in enumerate(whole(tmp_path)):
        for way in chance.sample(WAYS, 4):
            path = tmp_path / f"{n}{way.__name__}{source.suffix}"
            path.write_bytes(spoiled(source.read_bytes(), way, chance))
            answer = command("analyze", path, "--model", model, "--no-video", "--out", path.with_suffix(""))
            codes.add(answer.code)
            assert answer.code in (0, 3), answer.err
            assert answer.err.count("\n") == (1 if answer.code else 0), answer.err
            assert "Traceback" not in answer.err
    assert codes == {0, 3}
