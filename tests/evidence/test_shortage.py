from __future__ import annotations

from pathlib import Path

import pytest

from passerby.evidence.shortage import DISK, PROCESSOR, UNKNOWN, cause


def pressure(folder: Path, cpu: float, io: float) -> Path:
    for name, percent in (("cpu", cpu), ("io", io)):
        lines = (f"{part} avg10={percent:.2f} avg60=1.00 avg300=0.00 total=7\n" for part in ("some", "full"))
        (folder / name).write_text("".join(lines))
    return folder


@pytest.mark.parametrize(
    ("cpu", "io", "words"), [(98.4, 0.7, PROCESSOR), (12.0, 71.0, DISK), (3.0, 2.0, UNKNOWN), (0.0, 0.0, UNKNOWN)]
)
def test_the_resource_that_programs_wait_for(cpu: float, io: float, words: str, tmp_path: Path) -> None:
    assert cause(pressure(tmp_path, cpu, io)) == words


def test_a_kernel_that_does_not_say(tmp_path: Path) -> None:
    assert cause(tmp_path) == UNKNOWN
    (tmp_path / "cpu").write_text("nonsense")
    assert cause(tmp_path) == UNKNOWN
