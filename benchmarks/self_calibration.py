"""Measures the error of floors learned from walkers, on eight simulated cameras, with true and detected boxes.

    python benchmarks/self_calibration.py --cache /tmp/selfcal     # about three minutes a camera, once

Prints the tables of docs/calibration.md. Error of a length: a metre on the floor, in eight directions at 400
places where walkers were, up to 30 m away, against the simulation's camera. The median is the error of scale.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from passerby.contracts.arrays import F64
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import ModelChoice
from passerby.contracts.errors import CalibrationError
from passerby.contracts.people import Detections
from passerby.contracts.time import Timestamp
from passerby.ground.calibration import selfcal
from passerby.ground.calibration.prior import prior_of
from passerby.ground.calibration.walkers import Walker, WalkerCollector
from passerby.ground.geometry.mounting import floor_of
from passerby.ground.geometry.plane import GroundPlane
from passerby.pixels.frame import RawFrame
from passerby.sim.scenario import Flow
from passerby.sim.station import Station, camera_of
from passerby.vision.load import load_detector
from passerby.vision.tracker import Tracker

WH, FPS, SECONDS, SEED = (960, 540), 4.0, 200.0, 11
WALKERS, FARTHEST_M, LEAST_SEEN = 100, 30.0, 0.3
HEAD = "| camera | boxes | walkers | height (true) m | tilt | focal px | scale | mean | p90 | stated sd |"


def through(per_hour: float, source: str, *to: str, **more: Any) -> Flow:
    """People who walk from one portal to others."""
    return Flow(kind="through", per_hour=per_hour, source=source, to=to, **more)


def stand(x0: float, y0: float, x1: float, y1: float) -> Flow:
    """Four people who stand about in a rectangle."""
    return Flow(kind="stand", people=(4, 4), area=((x0, y0), (x1, y1)))


FLOWS = {
    "platform": (
        "platform",
        (
            through(700, "behind", "north", "far", group=(1, 2)),
            through(700, "far", "behind", "south"),
            through(500, "north", "behind", "far"),
            stand(8, 1.0, 30, 4.6),
        ),
    ),
    "island": ("island", (through(900, "behind", "far"), through(900, "far", "behind"), stand(6, 1.2, 26, 6.8))),
    "hall": (
        "hall-rush",
        (
            through(1000, "street", "trains", "lift", lanes="gates", group=(1, 2)),
            through(800, "trains", "street", "shops", lanes="gates"),
        ),
    ),
    "passage": (
        "counting",
        (
            through(800, "behind", "far", "east", "west", group=(1, 2)),
            through(500, "far", "behind", "west"),
            through(500, "east", "behind"),
        ),
    ),
}
# The station's own camera, and another one: other lens, tilt, height and roll.
OTHER: dict[str, dict[str, Any]] = {
    "platform": {"tilt_deg": 28, "hfov_deg": 88, "roll_deg": 2.5, "position_m": (2.0, 4.5, 3.4)},
    "island": {"tilt_deg": 14, "hfov_deg": 58, "roll_deg": -1.5, "position_m": (-1.0, 4.0, 3.6)},
    "hall": {"tilt_deg": 35, "hfov_deg": 95, "position_m": (2.0, 8.6, 5.0)},
    "passage": {"tilt_deg": 25, "hfov_deg": 90, "roll_deg": -3, "position_m": (0.5, 2.2, 3.0)},
}


def scene(name: str, other: bool) -> Station:
    """A station with people walking through and standing about, and one camera."""
    scenario_name, flows = FLOWS[name]
    scenario = Station.load(scenario_name, SEED).scenario
    camera = scenario.cameras[0].model_copy(update={**(OTHER[name] if other else {}), "size_px": WH, "fps": FPS})
    changes = {"flows": flows, "actors": (), "trains": (), "faults": (), "cameras": (camera,)}
    return Station(scenario.model_copy(update=changes), SEED)


def watch(name: str, other: bool, path: Path) -> None:
    """Render a camera and keep true and detected boxes."""
    station, detector = scene(name, other), load_detector(ModelChoice())
    camera = camera_of(station.model())
    found, true, times = [], [], []
    for k, (t_s, bgr, truth) in enumerate(station.frames(None, SECONDS)):
        (seen,) = detector.detect([RawFrame("c", k + 1, Timestamp(round(t_s * 1e9)), bgr)])
        found.append(np.column_stack([np.full(len(seen), k), seen.xyxy_px, seen.score]))
        true.append(np.column_stack([np.full(len(truth.id), k), truth.box_px, truth.visibility]))
        times.append(t_s)
    np.savez(
        path, t=times, det=np.vstack(found), truth=np.vstack(true), focal=camera.focal_px, tilt=camera.tilt_deg,
        h=camera.position_m[2], G=camera.floor_homography, pos=camera.position_m, score=detector.info.score,
    )  # fmt: skip


def walkers_of(data: Any, kind: str) -> list[Walker]:
    """The walkers that a tracker and a collector make of the boxes."""
    tracker = Tracker("c", 0.4 if kind == "true" else float(data["score"]))
    collector, out, rows = WalkerCollector(), [], data["truth" if kind == "true" else "det"]
    for k, t_s in enumerate(data["t"]):
        here = rows[rows[:, 0] == k]
        if kind == "true":
            here = here[here[:, 5] > LEAST_SEEN]
        box = np.clip(here[:, 1:5], 0, [*WH, *WH]).astype(np.float32)
        score = np.full(len(here), 0.9, np.float32) if kind == "true" else here[:, 5].astype(np.float32)
        found = Detections("c", Timestamp(round(t_s * 1e9)), WH, box, score)
        out += collector.step(tracker.step(found))
    return [*out, *collector.reset()]


def length_errors(data: Any, plane: GroundPlane, walkers: list[Walker]) -> F64:
    """Return the error of a metre at places where people walked."""
    true, rng = GroundPlane(data["G"], np.zeros((9, 9)), max_sd_m=np.inf), np.random.default_rng(0)
    feet = np.concatenate([w.bottom_px for w in walkers])
    at = true.to_floor(feet[rng.integers(0, len(feet), 400)]).pos_m
    at = at[np.linalg.norm(at - data["pos"][:2], axis=1) < FARTHEST_M]
    out = []
    for turn in rng.uniform(0, np.pi, 8):
        half = 0.5 * np.array([np.cos(turn), np.sin(turn)])
        ends = [plane.exact().to_floor(true.to_picture(at + sign * half)).pos_m for sign in (1, -1)]
        out.append(np.linalg.norm(ends[0] - ends[1], axis=1) - 1)
    return np.concatenate(out)


@dataclass(frozen=True)
class Row:
    """Errors of lengths in one case, as shares, and its line of the table."""

    scale: float
    mean: float
    p90: float
    text: str


def row(data: Any, walkers: list[Walker], known: str) -> Row:
    """Learn and compare. known: lens, tilt or nothing."""
    given = {"lens": {"focal_px": float(data["focal"])}, "tilt": {"tilt_deg": float(data["tilt"])}}.get(known, {})
    fit = selfcal.fit_walkers(walkers, WH, prior_of(Calibration(people=True, **given), WH))
    error, mount = length_errors(data, floor_of(fit.mounting, WH), walkers), fit.mounting
    scale, mean, p90 = (
        float(np.median(error)),
        float(np.abs(error).mean()),
        float(np.percentile(np.abs(error), 90)),
    )
    text = (
        f"{len(walkers)} | {mount.height_m:.2f} ({data['h']:.2f}) | {mount.tilt_deg:.1f} ({data['tilt']:.0f}) | "
        f"{mount.focal_px:.0f} ({data['focal']:.0f}) | {scale:+.1%} | {mean:.1%} | {p90:.1%} | {fit.length_sd:.1%}"
    )
    return Row(scale, mean, p90, text)


def cameras(cache: Path) -> Iterator[tuple[str, Any]]:
    """Every camera's name and boxes, rendered where they are not yet kept."""
    cache.mkdir(parents=True, exist_ok=True)
    for name in FLOWS:
        for other in (False, True):
            path = cache / f"{name}-{int(other)}.npz"
            if not path.exists():
                watch(name, other, path)
            yield path.stem, np.load(path)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="where boxes are kept between runs")
    cache = parser.parse_args().cache
    cv2.setNumThreads(1)
    selfcal.WORST_LENGTH_SD = float("inf")  # show what would be refused, too
    seen = [
        (name, kind, data, walkers_of(data, kind)[:WALKERS])
        for name, data in cameras(cache)
        for kind in ("true", "detected")
    ]
    for known in ("lens", "tilt", "nothing"):
        print(f"\nKnown: {known}\n\n{HEAD}\n|---|---|---|---|---|---|---|---|---|---|")
        sums: dict[str, list[Row]] = {"true": [], "detected": []}
        for name, kind, data, walkers in seen:
            try:
                sums[kind].append(row(data, walkers, known))
                print(f"| {name} | {kind} | {sums[kind][-1].text} |")
            except CalibrationError as error:
                print(f"| {name} | {kind} | {error} |")
        for kind, rows in sums.items():
            scale, mean = np.abs([r.scale for r in rows]), np.mean([r.mean for r in rows])
            print(f"\n{kind}: scale median {np.median(scale):.1%}, worst {scale.max():.1%}; a length {mean:.1%}")


if __name__ == "__main__":
    main()
