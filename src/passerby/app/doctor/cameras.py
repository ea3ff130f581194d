"""Whether the configured cameras answer, and with which picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from passerby.app.doctor.finding import Finding, ok, problem
from passerby.config.scale import same_shape
from passerby.contracts.config import Camera
from passerby.contracts.errors import InputError
from passerby.contracts.urls import is_live, mask_url
from passerby.ingest.open import probe
from passerby.ingest.source import SourceInfo

ANSWER_S = 8.0
AT_ONCE = 4
# The keys of a camera's addresses.
STREAMS = ("source", "substream")
# If a stream has another shape than picture_px.
_CURES = {
    "source": "draw zones, lines and points again on a picture of this camera, and set picture_px",
    "substream": "select a size with the same aspect ratio on the camera; until then, source is analysed",
}
Probe = Callable[[str], SourceInfo]


@dataclass(frozen=True, slots=True)
class CameraAnswer:
    """The answer of one stream of a camera, without name and address.

    number: the camera's place in the configuration, from 1. stream: source or substream.
    is_live: a camera and not a file. codec, wh, fps: of its stream, None if
    it does not answer. took_s: time until its answer. analysis_fps: as configured.
    rules: kinds of its rules.
    """

    number: int
    stream: str
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
    """Yield each stream of each camera in order; several are asked at once."""
    streams = [(n, one, key) for n, one in enumerate(configured, 1) for key in STREAMS if getattr(one, key)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda one: _examined(one[0], one[1], one[2], ask or _asked), streams)


def _asked(source: str) -> SourceInfo:
    return probe(source, open_s=ANSWER_S, read_s=ANSWER_S)


def _examined(number: int, camera: Camera, stream: str, ask: Probe) -> Examined:
    address: str = getattr(camera, stream)
    began_s, info, why = time.perf_counter(), None, ""
    try:
        info = ask(address)
    except InputError as error:
        why = str(error).removeprefix(f"{mask_url(address)}: ")
    took_s = round(time.perf_counter() - began_s, 2)
    answer = CameraAnswer(
        number=number,
        stream=stream,
        is_live=is_live(address),
        codec=info.codec if info else None,
        wh=info.wh if info else None,
        fps=info.fps if info else None,
        took_s=took_s,
        analysis_fps=camera.analysis_fps,
        rules=tuple(sorted({rule.kind for rule in camera.rules})),
    )
    return Examined(answer, _finding(camera, stream, info, took_s, why))


def _finding(camera: Camera, stream: str, info: SourceInfo | None, took_s: float, why: str) -> Finding:
    topic = f"camera {camera.name}" + (f", {stream}" if stream != "source" else "")
    if info is None:
        cure = "check its power, its network, its address, and user and password; then run doctor again"
        return problem(topic, f"no picture: {why}", cure)
    rate = "" if info.fps is None else f" at {info.fps:g} frames/s"
    what = f"{info.wh[0]}x{info.wh[1]} {info.codec}{rate}, after {took_s:.1f} s"
    if camera.picture_px and not same_shape(info.wh, camera.picture_px):
        drawn = f"{camera.picture_px[0]}x{camera.picture_px[1]}"
        cure = _CURES[stream]
        return problem(topic, f"{what}: another shape than picture_px {drawn}", cure)
    return ok(topic, what)
