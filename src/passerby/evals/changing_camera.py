"""A simulated camera whose stream can be had in several forms: another picture size, another codec."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from passerby.sim.encoder import Codec
from passerby.sim.serve import EncodedLoop, RtspServer, encode_loop, find_python
from passerby.sim.station import Station

FORMS = ("usual", "resized", "recoded")
"""usual: H.264. resized: three quarters of the width, which is another SPS. recoded: H.265."""


@contextmanager
def changing_camera(
    scenario: str, seconds: float, width_px: int, folder: Path, progress: Callable[[float], None] = lambda _: None
) -> Iterator[int]:
    """Serve the first camera of a scenario on 127.0.0.1 below /usual, /resized and /recoded; yields the port.

    progress: called with the finished fraction of the drawing. Raises UsageError without GStreamer.
    """
    find_python()
    station = Station.load(scenario)
    loops = []
    for k, form in enumerate(FORMS):
        progress(k / len(FORMS))
        loops.append(_loop(station, form, seconds, width_px, folder))
    with RtspServer(loops, folder, port=0) as server:
        yield urlsplit(server.urls[FORMS[0]]).port or server.port


def _loop(station: Station, form: str, seconds: float, width_px: int, folder: Path) -> EncodedLoop:
    model = station.model()
    width = width_px * 3 // 4 if form == "resized" else width_px
    size = (width // 2 * 2, round(model.size_px[1] * width / model.size_px[0] / 2) * 2)
    codec: Codec = "h265" if form == "recoded" else "h264"
    place = folder / form
    place.mkdir()
    return replace(encode_loop(station, model.name, place, seconds, codec=codec, size_px=size), camera=form)
