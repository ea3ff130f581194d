"""Commands about one camera, live or recorded: `frame`, `calibrate`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.clock import SystemClock
from passerby.app.jobs import name_for, split_by_name
from passerby.app.probes import PROBES
from passerby.app.terminal import progress_bar
from passerby.config.check import load_checked
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import InputError, UsageError
from passerby.contracts.urls import is_live
from passerby.ingest.open import open_source
from passerby.ingest.source import FrameSource

SourceArgument = Annotated[
    str | None, typer.Argument(metavar="VIDEO_OR_CAMERA", help="A video file, or an rtsp:// address.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="UNIT.YAML", help="The unit's configuration.")
]
CameraOption = Annotated[str | None, typer.Option("--camera", help="Camera of the configuration.")]
# Longest analysed time of a live camera, seconds: without people, a background takes six minutes (decision 0006).
LIVE_S = 600.0


@dataclass(frozen=True, slots=True)
class OneCamera:
    """The camera that a command is about, and the unit it belongs to, if there is one."""

    camera: Camera
    unit: Unit | None

    @classmethod
    def of(cls, command: str, source: str | None, config: Path | None, name: str | None) -> OneCamera:
        """Return the camera from the command line or the configuration.

        Raises UsageError if there is none or there are several, InputError for a name that cannot be a file's.
        """
        unit = load_checked(config, probes=replace(PROBES, sources=source is None)).unit if config else None
        return cls(_camera(command, source, unit, name), unit)


def longest_s(camera: Camera, seconds: float | None) -> float | None:
    """Return the longest time to analyse: as given, LIVE_S of a live camera, None for all of a recording."""
    return seconds or (LIVE_S if is_live(camera.source) else None)


@contextmanager
def opened(
    camera: Camera, doing: str, seconds: float | None, *, quiet: bool
) -> Iterator[tuple[FrameSource, Callable[[float], None]]]:
    """Open the camera's source, and show the progress of at most `seconds` of it.

    Yields the source and a function that takes the second that was reached.
    """
    with closing(open_source(camera.source, camera.name, clock=SystemClock())) as source:
        length_s = min((s for s in (seconds, source.open().seconds) if s is not None), default=None)
        with progress_bar(f"{doing} {camera.name}", length_s, quiet=quiet) as progress:
            yield source, progress


def _camera(command: str, source: str | None, unit: Unit | None, name: str | None) -> Camera:
    if unit is None:
        if source is None or name is not None:
            raise UsageError(
                f"give a video or a camera: passerby {command} VIDEO, or --config unit.yaml --camera NAME"
            )
        _, refused = split_by_name([source])
        if refused:
            raise InputError(refused[0])
        return Camera(name=name_for(source), source=source)
    cameras = [c for c in unit.cameras if name in (None, c.name)]
    if len(cameras) != 1:
        names = ", ".join(c.name for c in unit.cameras)
        raise UsageError(f"several cameras; give one with --camera; the configuration has {names}")
    return cameras[0].model_copy(update={"source": source}) if source else cameras[0]
