"""Figures are published for seeds that nobody tuned to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.evals.seeds import TEST_SEEDS, first_test_seeds, shown_seeds

ROOT = Path(__file__).parents[2]
READ = {".py", ".yaml", ".yml", ".toml", ".sh", "", ".json"}
WHERE = ("src", "tests", "benchmarks", "training", "scripts", ".ci", "justfile")
OURS = {ROOT / "src/passerby/evals/seeds.py", Path(__file__)}


def test_nothing_is_tuned_or_tested_with_a_test_seed() -> None:
    used = [
        f"{path.relative_to(ROOT)}: {number}"
        for where in WHERE
        for path in ([ROOT / where] if (ROOT / where).is_file() else (ROOT / where).rglob("*"))
        if path.is_file() and path.suffix in READ and path not in OURS
        for number in re.findall(r"(?<![\d.])\d[\d_]{6,9}(?![\d.])", path.read_text("utf-8", "ignore"))
        if int(number.replace("_", "") or 0) in TEST_SEEDS
    ]
    assert used == [], "test seeds are only for `passerby eval … --seeds`"


def test_the_search_finds_a_seed_in_both_spellings() -> None:
    for text in (f"seed={TEST_SEEDS[3]}", "seed=7_310_004", "[7310004]"):
        (number,) = re.findall(r"(?<![\d.])\d[\d_]{6,9}(?![\d.])", text)
        assert int(number.replace("_", "")) in TEST_SEEDS


def test_more_seeds_than_there_are_is_an_error() -> None:
    assert list(first_test_seeds(2)) == list(TEST_SEEDS[:2])
    with pytest.raises(UsageError, match="100 test seeds"):
        first_test_seeds(101)


@pytest.mark.parametrize(
    ("seeds", "text"),
    [
        ((None,), "each scenario's own"),
        ((7,), "7"),
        ((1, 2, 5), "3 seeds, 1 to 5"),
        (TEST_SEEDS[:20], "20 test seeds, 7310001 to 7310020"),
    ],
)
def test_a_report_names_its_seeds(seeds: tuple[int | None, ...], text: str) -> None:
    assert shown_seeds(seeds) == text
