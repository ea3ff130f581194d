"""A believable run to draw reports of: one platform camera, drawn figures instead of people."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.events import Event, EvidenceRef, Measure, Phase, Severity
from passerby.contracts.results import History, LineSeries, ModelInfo, StageTime, Summary, ZoneSeries

WH = (1280, 720)
PLATFORM = ((250.0, 700.0), (860.0, 700.0), (700.0, 230.0), (520.0, 230.0))
TRACK = ((860.0, 700.0), (1270.0, 700.0), (790.0, 230.0), (700.0, 230.0))
STAIRS = ((60.0, 690.0), (240.0, 690.0), (510.0, 230.0), (430.0, 230.0))


@dataclass(frozen=True)
class Reported:
    """The arguments of render_report."""

    summary: Summary
    history: History
    events: tuple[Event, ...]
    stills: dict[str, bytes]
    background_jpeg: bytes | None

    def but(self, **changes: Any) -> Reported:
        return dataclasses.replace(self, **changes)


def summary(seconds: float = 1260.0, **changes: Any) -> Summary:
    frames = int(seconds * 25)
    usual = Summary(
        station="Riverside",
        camera="platform-1",
        source="recordings/platform-1-morning.mp4",
        picture_wh=WH,
        seconds=seconds,
        wall_s=seconds * 0.31,
        frames=frames,
        frames_analysed=frames,
        frames_written=max(frames - 12, 0),
        time_is_assumed=False,
        people_max=23,
        people_total=311,
        events={},
        stages=(
            StageTime("decode", 2.31, 3.4),
            StageTime("detect", 8.92, 11.07),
            StageTime("track", 0.11, 0.19),
            StageTime("ground", 0.04, 0.06),
            StageTime("behaviour", 0.09, 0.21),
            StageTime("redact", 1.62, 2.8),
        ),
        model=ModelInfo("embedded-384", "9f2c41d07be5a3380d6c" + "0" * 44, "onnxruntime 1.23", (640, 384), 0.35),
        redaction="whole persons filled solid, v1",
        calibration_rms_cm=4.2,
        gaps=("09:10 to 09:42: no frame for 32 s, the file has a hole",),
        lost={"frames_dropped": 0, "decode_errors": 3},
        hints=(),
        notes=(),
        version="0.1.0",
    )
    return dataclasses.replace(usual, **changes)


def history(seconds: float = 1260.0, bucket_s: float = 5.0, seed: int = 1) -> History:
    """Trains every five minutes; a hole in the picture from 550 to 582 s."""
    rng = np.random.default_rng(seed)
    t = (np.arange(max(int(np.ceil(seconds / bucket_s)), 1)) + 0.5) * bucket_s
    phase = (t % 300) / 300
    waiting = 4 + 15 * phase**1.4 * (phase < 0.93) + rng.normal(0, 0.7, t.size)
    waiting = np.where((t > 550) & (t < 582), np.nan, np.clip(waiting, 0, None))
    stairs = np.clip(1.2 + 4 * np.exp(-(((phase - 0.97) * 14) ** 2)) + rng.normal(0, 0.4, t.size), 0, None)
    edge = np.where(phase > 0.85, rng.random(t.size) * 0.6, 0.0)
    gap = np.where(np.isnan(waiting), np.nan, 0.0)
    zones = (
        ZoneSeries("platform", "platform", 96.0, PLATFORM, tuple(waiting)),
        ZoneSeries("stairs", "stairs", 31.0, STAIRS, tuple(stairs + gap)),
        ZoneSeries("track", "track", None, TRACK, tuple(edge + gap)),
    )
    lines = (
        _line("stairs up", ((180, 560), (420, 560)), rng, 0.12 + 0.5 * phase),
        _line("hall", ((470, 300), (720, 300)), rng, np.full(t.size, 0.2)),
    )
    edges, weights = _speeds()
    people = tuple(waiting + stairs + edge)
    return History(bucket_s, people, zones, lines, heat(), edges, weights)


def heat(rows: int = 36, cols: int = 64) -> NDArray[np.float64]:
    y, x = np.mgrid[0:rows, 0:cols] / [[[rows]], [[cols]]]
    spots = (
        (0.47, 0.55, 0.05, 0.12, 90),
        (0.42, 0.85, 0.06, 0.07, 140),
        (0.20, 0.80, 0.04, 0.10, 40),
        (0.53, 0.40, 0.02, 0.05, 60),
        (0.65, 0.85, 0.02, 0.10, 25),
    )
    found = sum(a * np.exp(-(((x - cx) / sx) ** 2) - ((y - cy) / sy) ** 2) for cx, cy, sx, sy, a in spots)
    return np.where(found > 0.3, found, 0.0)


def _line(
    name: str, ends: tuple[tuple[float, float], ...], rng: np.random.Generator, rate: NDArray[np.float64]
) -> LineSeries:
    into, out = rng.poisson(rate).tolist(), rng.poisson(rate / 2).tolist()
    return LineSeries(name, ends[0], ends[1], tuple(into), tuple(out))


def _speeds() -> tuple[tuple[float, ...], tuple[float, ...]]:
    edges = np.arange(0, 3.6, 0.1)
    mid = (edges[:-1] + edges[1:]) / 2
    weights = (
        900 * np.exp(-mid / 0.12) + 260 * np.exp(-(((mid - 1.28) / 0.4) ** 2)) + 9 * (mid > 2.4) * (mid < 2.9)
    )
    return tuple(edges), tuple(weights)


def incident(n: int, kind: str, at_s: float, lasts_s: float | None, **more: Any) -> tuple[Event, ...]:
    """Start and, where it lasts, end; `more` are fields of Event."""
    start = Event(
        **{
            **{"id": f"01K2{n:022d}", "seq": 0, "kind": kind, "phase": Phase.START, "camera": "platform-1"},
            **{"place": "platform", "began_s": at_s, "at_s": at_s, "utc": None, "people": 1},
            **{"severity": Severity.INFO, **more},
        }
    )
    if lasts_s is None:
        return (start,)
    return start, dataclasses.replace(start, seq=1, phase=Phase.END, at_s=at_s + lasts_s, evidence=None)


def events(seconds: float = 1260.0) -> tuple[Event, ...]:
    """Two of each kind that need a look and some crossings, spread over the run."""
    s, warn = seconds / 1260, Severity.WARNING
    speed = (Measure("speed", 3.212, "m/s", 0.21), Measure("distance", 9.4, "m", 0.5))
    dwell = (Measure("dwell", 412.0 * s, "s"),)
    dense = (Measure("density", 1.47, "person/m2", 0.08), Measure("count", 19, "person"))
    deep = (Measure("depth", 0.62, "m", 0.14),)
    blur = (Measure("sharpness", 0.31),)
    alarm = {"severity": Severity.ALARM, "place": "track"}
    found = [
        *incident(1, "fast_movement", 121 * s, 3.6, severity=warn, measures=speed, evidence=ref(1)),
        *incident(2, "loitering", 190 * s, 412 * s, severity=warn, measures=dwell, evidence=ref(2)),
        *incident(3, "crowding", 255 * s, 31 * s, severity=warn, people=19, measures=dense, evidence=ref(3)),
        *incident(4, "intrusion", 871 * s, 5.8, measures=deep, evidence=ref(4), **alarm),
        *incident(5, "crowding", 1160 * s, 20 * s, severity=warn, people=21, evidence=ref(5)),
        *incident(6, "camera_blurred", 1010 * s, 44 * s, severity=warn, place="", people=0, measures=blur),
        *incident(7, "loitering", 1100 * s, None, severity=warn, measures=dwell, evidence=ref(7)),
    ]
    for i in range(14):
        way = (Measure("direction", "in" if i % 3 else "out"),)
        at = {"place": "hall", "measures": way, "evidence": ref(20 + i)}
        found += incident(20 + i, "line_crossing", (40 + 83 * i) * s, None, **at)
    return tuple(found)


def ref(n: int) -> EvidenceRef:
    return EvidenceRef(f"stills/{n:04d}.jpg", "0" * 64, "whole persons filled solid, v1")


def picture(n: int = 0, people: int = 9, wh: tuple[int, int] = WH) -> bytes:
    """A drawn platform with solid figures, as JPEG."""
    rng = np.random.default_rng(n)
    image = np.full((WH[1], WH[0], 3), (126, 128, 124), np.uint8)
    image[:230] = (98, 100, 104)
    for polygon, colour in ((PLATFORM, (150, 152, 150)), (TRACK, (58, 60, 62)), (STAIRS, (118, 124, 130))):
        cv2.fillPoly(image, [np.array(polygon, np.int32)], colour)
    cv2.line(image, (860, 700), (700, 230), (70, 200, 225), 7)
    for _ in range(people):
        y = int(rng.uniform(290, 690))
        x, tall = int(430 + (y - 230) * rng.uniform(-0.45, 0.75)), int((y - 90) * 0.42)
        cv2.rectangle(image, (x - tall // 6, y - tall), (x + tall // 6, y), (40, 38, 36), -1)
    done, data = cv2.imencode(".jpg", cv2.resize(image, wh), [cv2.IMWRITE_JPEG_QUALITY, 80])
    assert done
    return data.tobytes()


def reported(seconds: float = 1260.0, **changes: Any) -> Reported:
    """A whole run with its pictures."""
    found = events(seconds)
    kinds = [e.kind for e in found if e.phase is Phase.START]
    stills = {e.evidence.still: picture(i, 5, (480, 270)) for i, e in enumerate(found) if e.evidence}
    stills.pop("stills/0005.jpg")  # a still that was not kept
    facts = summary(seconds, events={k: kinds.count(k) for k in kinds}, **changes)
    return Reported(facts, history(seconds), found, stills, picture(0, 0))
