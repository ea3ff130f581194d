"""Measures the memory of a unit: resident memory by number of cameras and picture size, and its parts.

    python benchmarks/memory.py [--seconds 90] [--cameras 1 4 8 16] [--widths 640 1920] [--json FILE]

Serves simulated cameras by RTSP and runs `passerby run --no-console` in front of them, once for each size and
number, and with four cameras also without video, clips and background. Prints Markdown: the median of the last
third of the time, in MB, and how much of it is mapped files (libraries, the detector). Needs GStreamer.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory

from passerby.config.load import load
from passerby.contracts.config import Unit
from passerby.contracts.settings import Evidence, Redaction
from passerby.evals.origin import commit, machine
from passerby.evals.served import ServedScene, program, served
from passerby.sim.unitfile import unit_yaml

MB = 1024.0
RUN = (sys.executable, "-m", "passerby.app.cli", "run", "--no-console")
_ROLLUP = re.compile(r"^(Rss|Pss_File|Pss_Anon|Pss_Shmem):\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Memory:
    """One run. rss_mb: resident; mapped_mb: of it, pages of files."""

    what: str
    width_px: int
    cameras: int
    rss_mb: float
    mapped_mb: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--loop", type=float, default=20.0)
    parser.add_argument("--cameras", type=int, nargs="+", default=[1, 4, 8, 16])
    parser.add_argument("--widths", type=int, nargs="+", default=[640, 1920])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found: list[Memory] = []
    for width_px in options.widths:
        scene = ServedScene("demo", max(options.cameras), options.loop, width_px)
        with TemporaryDirectory(prefix="passerby-memory-") as temporary, served(scene, Path(temporary)) as config:
            unit = load(config).unit
            for what, one in _variants(unit, options.cameras):
                found.append(_measured(what, one, Path(temporary), width_px, options.seconds))
                print(found[-1], file=sys.stderr, flush=True)
    print(_markdown(found))
    print(f"{options.seconds:g} s each, {machine()}, commit {commit()}")
    if options.json:
        data = {"seconds": options.seconds, "commit": commit(), "machine": machine()}
        rows = [[m.what, m.width_px, m.cameras, round(m.rss_mb, 1), round(m.mapped_mb, 1)] for m in found]
        heads = ["variant", "width_px", "cameras", "rss_mb", "mapped_mb"]
        options.json.write_text(json.dumps({**data, "heads": heads, "rows": rows}, indent=1) + "\n")


def _variants(unit: Unit, numbers: Sequence[int]) -> Iterator[tuple[str, Unit]]:
    for number in numbers:
        yield "as configured", unit.model_copy(update={"cameras": unit.cameras[:number]})
    some = unit.cameras[:4]
    yield "without video", unit.model_copy(update={"cameras": some, "recording_mb": 0})
    no_clips = Evidence(clips_from="never")
    yield (
        "without video and clips",
        unit.model_copy(update={"cameras": some, "recording_mb": 0, "evidence": no_clips}),
    )
    plain = tuple(c.model_copy(update={"redaction": Redaction(mode="schematic")}) for c in some)
    yield (
        "without video, clips and background",
        unit.model_copy(update={"cameras": plain, "recording_mb": 0, "evidence": no_clips}),
    )


def _measured(what: str, unit: Unit, folder: Path, width_px: int, seconds: float) -> Memory:
    config = folder / "measured.yaml"
    config.write_text(unit_yaml(unit), encoding="utf-8")
    with TemporaryDirectory(prefix="passerby-memory-") as out:
        command = [*RUN, str(config), "--out", str(Path(out) / "results")]
        with program(command, folder / "log") as child:
            samples = [*_samples(child, seconds)]
            child.send_signal(signal.SIGTERM)
            child.wait(60)
    late = samples[2 * len(samples) // 3 :]
    rss, mapped = (statistics.median(column) for column in zip(*late, strict=True))
    return Memory(what, width_px, len(unit.cameras), rss, mapped)


def _samples(child: Popen[bytes], seconds: float) -> Iterator[tuple[float, float]]:
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        time.sleep(2.0)
        if child.poll() is not None:
            raise SystemExit(f"passerby run ended by itself with {child.returncode}")
        rollup = dict(_ROLLUP.findall(Path(f"/proc/{child.pid}/smaps_rollup").read_text("ascii")))
        yield int(rollup["Rss"]) / MB, int(rollup["Pss_File"]) / MB


def _markdown(found: Sequence[Memory]) -> str:
    lines = ["| what | width | cameras | MB | of it mapped files |", "|---|---|---|---|---|"]
    lines += [f"| {m.what} | {m.width_px} | {m.cameras} | {m.rss_mb:.0f} | {m.mapped_mb:.0f} |" for m in found]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    main()
