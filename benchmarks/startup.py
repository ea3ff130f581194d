"""Measures the start of the command line, beside that of Python alone.

    python benchmarks/startup.py [--times 15] [-- ARGUMENT...]

Prints the median seconds of `python -c pass`, of `passerby ARGUMENT...` (default: --version) and the difference.
The two run in turn, so that the machine's other work slows both.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("arguments", nargs="*", default=["--version"])
    options = parser.parse_args()
    bare = [sys.executable, "-c", "pass"]
    program = [sys.executable, "-m", "passerby.app.cli", *options.arguments]
    pairs = [(_seconds(bare), _seconds(program)) for _ in range(options.times)]
    python_s, passerby_s = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"python -c pass {python_s:.3f} s, passerby {passerby_s:.3f} s, difference {passerby_s - python_s:.3f} s"
    )


def _seconds(command: list[str]) -> float:
    began_s = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began_s


if __name__ == "__main__":
    main()
