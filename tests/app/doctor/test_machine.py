"""What the machine offers, from the files of the kernel."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from passerby.app.doctor.finding import Judgement
from passerby.app.doctor.machine import machine

INFO = "processor\t: 0\nflags\t\t: fpu sse2 {}\n\nprocessor\t: 1\nflags\t\t: fpu sse2 {}\n"
MEMORY = "MemTotal:       {} kB\nMemFree:         1 kB\nMemAvailable:   {} kB\n"
OK, NOTE, PROBLEM = Judgement.OK, Judgement.NOTE, Judgement.PROBLEM


def root(folder: Path, flags: str = "avx2", total_mb: int = 8000, free_mb: int = 6000, **groups: str) -> Path:
    (folder / "proc").mkdir()
    (folder / "proc/cpuinfo").write_text(INFO.format(flags, flags))
    (folder / "proc/meminfo").write_text(MEMORY.format(total_mb * 1000, free_mb * 1000))
    (folder / "sys/fs/cgroup").mkdir(parents=True)
    for name, text in groups.items():
        (folder / "sys/fs/cgroup" / name.replace("_", ".")).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("given", "topic", "judgement", "says"),
    [
        pytest.param({}, "processor", OK, "4 processor cores", id="enough cores"),
        pytest.param(
            {"cpu_max": "max 100000"}, "processor", OK, "4 processor cores", id="a group without a limit"
        ),
        pytest.param({"cpu_max": "150000 100000"}, "processor", NOTE, "1.5 processor cores", id="a container"),
        pytest.param({"flags": "avx2 avx_vnni"}, "instructions", OK, "avx2, avx_vnni", id="8-bit instructions"),
        pytest.param({"flags": "asimd asimddp"}, "instructions", OK, "asimd, asimddp", id="ARM64"),
        pytest.param({"flags": "avx"}, "instructions", NOTE, "no AVX2", id="an old processor"),
        pytest.param({}, "memory", OK, "8.2 GB of memory, 6.1 GB free", id="enough memory"),
        pytest.param({"total_mb": 1900}, "memory", OK, "1.9 GB of memory", id="2 GB, some of it the kernel's"),
        pytest.param({"total_mb": 900}, "memory", NOTE, "0.9 GB of memory", id="little memory"),
        pytest.param({"free_mb": 300}, "memory", PROBLEM, "0.3 GB free", id="used up"),
        pytest.param({"memory_max": "1000000000"}, "memory", NOTE, "1.0 GB of memory", id="a container's memory"),
    ],
)
def test_each_machine(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str],
    topic: str,
    judgement: Judgement,
    says: str,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)))
    (found,) = (one for one in machine(root(tmp_path, **given)) if one.topic == topic)  # type: ignore[arg-type]
    assert (found.judgement, says in found.what) == (judgement, True), found
    assert bool(found.cure) == (judgement is not OK)


def test_a_system_without_these_files_says_less(tmp_path: Path) -> None:
    assert [one.judgement for one in machine(tmp_path)][1:] == [OK, OK]
