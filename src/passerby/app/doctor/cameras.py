"""Whether the configured cameras answer, and with which picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from passerby.app.doctor.finding import Finding, ok, problem
from passerby.config.check import same_shape
from passerby.contracts.config import Camera
from passerby.contracts.errors import InputError
from passerby.contracts.urls import is_live, mask_url
from passerby.ingest.open import probe
from passerby.ingest.source import SourceInfo

ANSWER_S = 8.0
AT_ONCE = 4
Probe = Callable[[str], SourceInfo]


@dataclass(frozen=True, slots=True)
class CameraAnswer:
    """One camera's answer, without its name and address.

    number: its place in the configuration, from 1. is_live: a camera and not a file. codec, wh, fps: of its
    stream, None if it does not answer. took_s: time until its answer. analysis_fps: as configured.
    rules: kinds of its rules.
    """

    number: int
    is_live: bool
    codec: str | None
    wh: tuple[int, int] | None
    fps: float | None
    took_s: float
    analysis_fps: float | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """A camera's answer, and the finding about it, which names the camera."""

    answer: CameraAnswer
    finding: Finding


def cameras(configured: Sequence[Camera], ask: Probe | None = None) -> Iterator[Examined]:
    """Yield each camera in order; several are asked at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbered = enumerate(configured, 1)
        yield from pool.map(lambda item: _examined(item[0], item[1], ask or _asked), numbered)


def _asked(source: str) -> SourceInfo:
    return probe(source, open_s=ANSWER_S, read_s=ANSWER_S)


def _examined(number: int, camera: Camera, ask: Probe) -> Examined:
    began_s, info, why = time.perf_counter(), None, ""
    try:
        info = ask(camera.source)
    except InputError as error:
        why = str(error).removeprefix(f"{mask_url(camera.source)}: ")
    took_s = round(time.perf_counter() - began_s, 2)
    answer = CameraAnswer(
        number=number,
        is_live=is_live(camera.source),
        codec=info.codec if info else None,
        wh=info.wh if info else None,
        fps=info.fps if info else None,
        took_s=took_s,
        analysis_fps=camera.analysis_fps,
        rules=tuple(sorted({rule.kind for rule in camera.rules})),
    )
    return Examined(answer, _finding(camera, info, took_s, why))


def _finding(camera: Camera, info: SourceInfo | None, took_s: float, why: str) -> Finding:
    topic = f"camera {camera.name}"
    if info is None:
        cure = "check its power, its network, its address, and user and password; then run doctor again"
        return problem(topic, f"no picture: {why}", cure)
    rate = "" if info.fps is None else f" at {info.fps:g} frames/s"
    what = f"{info.wh[0]}x{info.wh[1]} {info.codec}{rate}, after {took_s:.1f} s"
    if camera.picture_px and not same_shape(info.wh, camera.picture_px):
        drawn = f"{camera.picture_px[0]}x{camera.picture_px[1]}"
        cure = "draw zones, lines and points again on a picture of this camera, and set picture_px"
        return problem(topic, f"{what}: another shape than picture_px {drawn}", cure)
    return ok(topic, what)
