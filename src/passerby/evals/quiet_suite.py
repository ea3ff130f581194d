"""Suite `quiet`: many camera-days of ordinary life, in which no camera fault may be reported.

A few pictures of each scenario are rendered once: empty, with people and with trains. A day is made of them:
daylight and clouds, lamps at night, infrared on some cameras, crowds in the peaks, trains, noise. One small
picture per ten seconds passes through the health check of the product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evals.result import Aim, Report, Table
from passerby.pixels.frame import U8, RawFrame
from passerby.scene.optics.watch import OpticsWatch
from passerby.sim.library import load_scenario
from passerby.sim.station import Station

ReportProgress = Callable[[str, float], None]
WH = (320, 180)
EVERY_S, DAY_S = 10.0, 86400.0
# Scenario, and whether its camera switches to infrared at night.
CAMERAS = (
    ("platform", False),
    ("hall-rush", True),
    ("train-crowd", True),
    ("crowd-80", False),
    ("reflections", True),
    ("two-trains-then-boards", False),
)
# Hours in which the station is closed, and of the peaks.
CLOSED, PEAKS = (1.0, 4.75), ((7.0, 9.5), (16.5, 19.0))
NIGHT_GREY = np.array([0.4, 0.35, 0.25], np.float32)
EXPECTED = "camera_infrared"


@dataclass(frozen=True, slots=True, eq=False)
class StationPictures:
    """Rendered pictures of one camera: some without people, and a sequence of ordinary life, 10 s apart."""

    empty: list[U8]
    life: list[U8]


def quiet_suite(
    days: float = 30.0,
    seed: int = 1,
    report_progress: ReportProgress = lambda *_: None,
    cameras: Sequence[tuple[str, bool]] = CAMERAS,
) -> Report:
    """Play `days` camera-days, shared by all `cameras`."""
    each = days / len(cameras)
    found: dict[str, Counter[str]] = {}
    frames = 0
    for k, (name, is_infrared) in enumerate(cameras):
        report_progress(name, k / len(cameras))
        found[name], n = _play(rendered(name), each * DAY_S, seed + k, is_infrared=is_infrared)
        frames += n
    return _report(found, days, frames)


def rendered(name: str) -> StationPictures:
    """Render the pictures of a scenario."""
    scenario = load_scenario(name)
    bare = scenario.model_copy(update={"flows": (), "actors": (), "trains": (), "faults": ()})
    empty, life = (
        [bgr for _, bgr, _ in Station(one).frames(seconds=seconds, size_px=WH, fps=rate)]
        for one, seconds, rate in ((bare, 2.0, 1.0), (scenario, min(scenario.seconds, 120.0), 1 / EVERY_S))
    )
    return StationPictures(empty, life)


def _play(pictures: StationPictures, seconds: float, seed: int, *, is_infrared: bool) -> tuple[Counter[str], int]:
    watch, present, starts, n = OpticsWatch((), WH), set[str](), Counter[str](), 0
    for t_s, bgr in _life(pictures, seconds, seed, is_infrared=is_infrared):
        frame = RawFrame("quiet", n + 1, Timestamp(round(t_s * NS_PER_S)), bgr)
        now = {fault.type.name for fault in watch.step(frame, ()).faults}
        starts.update(now - present)
        present, n = now, n + 1
    return starts, n


def _life(
    pictures: StationPictures, seconds: float, seed: int, *, is_infrared: bool
) -> Iterator[tuple[float, U8]]:
    rng = np.random.default_rng([seed, 61])
    grain = rng.normal(0, 1, (WH[1] * 2, WH[0] * 2, 3)).astype(np.float32)
    clouds, place = 0.0, 0
    for k in range(round(seconds / EVERY_S)):
        t_s = k * EVERY_S
        hour = (t_s / 3600 + 5.0) % 24
        clouds = 0.98 * clouds + 0.02 * float(rng.normal(0, 1.5))
        is_closed = CLOSED[0] <= hour < CLOSED[1]
        place, base = _picture(rng, pictures, hour, place, is_closed=is_closed)
        lit = base.astype(np.float32) * np.float32(_light(hour, clouds, is_closed=is_closed))
        night = is_infrared and is_closed
        if night:
            lit = np.dstack([lit @ NIGHT_GREY] * 3) * _torch()
        yield t_s, _noisy(rng, lit, grain, 6.0 if night else 2.0)


def _picture(
    rng: np.random.Generator, pictures: StationPictures, hour: float, place: int, *, is_closed: bool
) -> tuple[int, U8]:
    """Return the place in the sequence of life, and the picture: life goes on, or nobody is there."""
    if is_closed:
        return 0, pictures.empty[0]
    if place:
        return (place + 1) % len(pictures.life), pictures.life[place]
    is_peak = any(begin <= hour < end for begin, end in PEAKS)
    begins = rng.random() < (0.9 if is_peak else 0.3)
    return (1 % len(pictures.life), pictures.life[0]) if begins else (0, pictures.empty[0])


def _light(hour: float, clouds: float, *, is_closed: bool) -> float:
    daylight = max(0.0, float(np.sin(np.pi * (hour - 6) / 14))) if 6 <= hour <= 20 else 0.0
    lamps = 0.55 if is_closed else 0.85
    return max(0.3, lamps + 0.35 * daylight * (1 + 0.3 * clouds))


def _torch() -> F32:
    y, x = np.mgrid[0 : WH[1], 0 : WH[0]].astype(np.float32)
    away: F64 = ((x / WH[0] - 0.5) / 0.55) ** 2 + ((y / WH[1] - 0.55) / 0.6) ** 2
    return np.asarray(1.3 * np.exp(-away) + 0.15, np.float32)[..., None]


def _noisy(rng: np.random.Generator, lit: F32, grain: F32, sigma: float) -> U8:
    y, x = (int(v) for v in rng.integers(0, (WH[1], WH[0])))
    noise = grain[y : y + WH[1], x : x + WH[0]] * np.float32(sigma)
    return np.asarray(cv2.convertScaleAbs(np.maximum(lit + noise, 0)), np.uint8)


def _report(found: dict[str, Counter[str]], days: float, frames: int) -> Report:
    false = sum(n for counts in found.values() for kind, n in counts.items() if kind != EXPECTED)
    rows = tuple(
        (
            name,
            counts[EXPECTED],
            ", ".join(f"{kind} {n}" for kind, n in sorted(counts.items()) if kind != EXPECTED) or "none",
        )
        for name, counts in found.items()
    )
    return Report(
        suite="quiet",
        title="Camera health, ordinary life",
        settings=(("length", f"{days:g} camera-days"), ("pictures", f"{frames}, one per {EVERY_S:g} s")),
        tables=(Table("Incidents by camera", ("camera", "switches to infrared", "false faults"), rows),),
        aims=(Aim("quiet.false", "false camera faults", 1, float(false)),),
    )
