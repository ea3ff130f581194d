"""Puts the learning curve of a run into figures.json: python -m training.curve --run DIR --name person-6.

A log has a line every 50 steps, far more than a curve needs: a point here is the mean of several lines.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

POINTS = 120
COLUMNS = ("step", "samples", "score", "box", "rate", "cpu_hours")


def lines(log: Path) -> list[dict[str, Any]]:
    """The lines of a run's log.jsonl, each with the hours of processor time that training took up to it."""
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    hours = np.cumsum([row["cpu_s"] for row in rows]) / 3600
    return [{**row, "cpu_hours": round(float(spent), 3)} for row, spent in zip(rows, hours, strict=True)]


def curve(rows: list[dict[str, Any]], points: int = POINTS) -> list[dict[str, Any]]:
    """At most `points` rows: losses and rate are means, the rest is as at the last line of each part."""
    parts = np.array_split(np.arange(len(rows)), min(points, max(1, len(rows))))
    return [_mean([rows[i] for i in part]) for part in parts if len(part)]


def validated(log: Path) -> list[dict[str, Any]]:
    """The lines of training.validate: step, samples, AP50 by set; empty where nothing was measured."""
    return [json.loads(line) for line in log.read_text().splitlines()] if log.is_file() else []


def _mean(rows: list[dict[str, Any]]) -> dict[str, Any]:
    means = {name: round(float(np.mean([row[name] for row in rows])), 6) for name in ("score", "box", "rate")}
    return {name: means.get(name, rows[-1][name]) for name in COLUMNS}


def main() -> None:
    """Read a log, write its curve beside the others."""
    parser = argparse.ArgumentParser(prog="python -m training.curve", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of the run")
    parser.add_argument("--name", required=True, help="what the curve is called in the file")
    parser.add_argument("--out", type=Path, default=Path("training/figures.json"))
    args = parser.parse_args()
    figures = json.loads(args.out.read_text()) if args.out.is_file() else {}
    rows = curve(lines(args.run / "log.jsonl"))
    entry = {"training": rows, "validation": validated(args.run / "validation.jsonl")}
    figures.setdefault("curves", {})[args.name] = entry
    args.out.write_text(json.dumps(figures, indent=1) + "\n")
    print(f"{len(rows)} points in {args.out}")


if __name__ == "__main__":
    main()
