"""The wired product as the golden tests enter it. This is the only module to change when the parts behind it move.

`camera_outputs` runs the whole loop of one camera over given frames and detections and returns, frame by frame,
the values that it computed. `command_with` runs a command with a given detector. Everything in `FrameOutputs` is a
type of `contracts/` or an array, so that no other golden module needs to know how the loop is built.
"""

from __future__ import annotations

import functools
import itertools
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from passerby.app import analyze, run
from passerby.camera.loop import CameraLoop, CameraServices
from passerby.camera.outputs import Outputs
from passerby.camera.result import FrameResult
from passerby.camera.state import CameraPorts, CameraState
from passerby.contracts.config import Camera
from passerby.contracts.events import Event, Gap
from passerby.contracts.people import GroundTracks, Hit, Tracks
from passerby.contracts.ports import FloorMemory, Record, Report
from passerby.contracts.scene import NO_OBJECTS, StillObjects
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState
from passerby.pixels.frame import RawFrame
from passerby.pixels.redact import RedactedImage
from passerby.vision.detector import Detector
from support.fakes import ListSource
from support.stage import Answer, command
from support.waiting import PATIENCE_S


@dataclass
class FrameOutputs:
    """What the loop gave for one frame, for one gap (`gap` says why), or when it ended (`at_s` None).

    known, differs: blocks (rows, columns) of the foreground; None where there is none. hits: before they become
    incidents. shown: the redacted picture BGR, None where none was made.
    """

    at_s: float | None
    gap: str = ""
    tracks: Tracks | None = None
    ground: GroundTracks | None = None
    trains: tuple[TrainState, ...] = ()
    objects: StillObjects = NO_OBJECTS
    known: NDArray[np.bool_] | None = None
    differs: NDArray[np.bool_] | None = None
    hits: list[Hit] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    shown: NDArray[np.uint8] | None = None
    covered: float = 0.0


def camera_outputs(
    camera: Camera,
    items: Iterable[RawFrame | Gap],
    detector: Detector,
    folder: Path,
    *,
    is_live: bool = False,
    memory: FloorMemory | None = None,
) -> list[FrameOutputs]:
    """Run one camera over `items`; stills go below `folder`. The last entry is what came when the loop ended."""
    record, numbers = _Record(), itertools.count(1)
    loop = _Overheard(
        camera,
        ListSource(record.each(items)),
        CameraServices(
            detector,
            record,
            _EveryPicture(folder, record),
            CameraPorts(new_id=lambda: f"i{next(numbers):03d}", memory=memory),
            is_live=is_live,
        ),
    )
    loop.record = record
    loop.run(threading.Event())
    return [*record.done, record.now]


class _Record:
    """The outputs so far; `now` is filled until the loop asks for its next item. It is the loop's sink as well."""

    def __init__(self) -> None:
        self.done: list[FrameOutputs] = []
        self.now = FrameOutputs(None)

    def each(self, items: Iterable[RawFrame | Gap]) -> Iterator[RawFrame | Gap]:
        for item in items:
            is_gap = isinstance(item, Gap)
            self.now = FrameOutputs(item.to_s, item.why) if is_gap else FrameOutputs(item.at.s)
            yield item
            self.done.append(self.now)
        self.now = FrameOutputs(None)

    def put(self, records: Iterable[Record]) -> None:
        for record in records:
            if isinstance(record, Event):
                self.now.events.append(record)
            else:
                self.now.reports.append(record)


class _EveryPicture(Outputs):
    """Outputs that want every frame redacted, as those with a video do."""

    def __init__(self, folder: Path, record: _Record) -> None:
        super().__init__(folder)
        self._record = record

    def wants(self, at: Timestamp) -> bool:
        return True

    def picture(self, image: RedactedImage) -> None:
        super().picture(image)
        self._record.now.shown, self._record.now.covered = image.bgr, image.covered


class _Overheard(CameraLoop):
    """The loop with ears where values are handed on."""

    record: _Record

    def _ready(self, frame: RawFrame) -> CameraState:
        is_new = self.state is None
        state = super()._ready(frame)
        if is_new:
            _overhear(state, "step", lambda result, *_: self._on_frame(result))
            _overhear(state._incidents, "step", lambda _, hits, at: self.record.now.hits.extend(hits))
        return state

    def _on_frame(self, result: FrameResult) -> None:
        now, look = self.record.now, result.scene.look
        now.tracks, now.ground = result.tracks, result.ground
        now.trains, now.objects = result.scene.trains, result.scene.objects
        if look is not None:
            now.known, now.differs = look.foreground.known, look.foreground.differs


def _overhear(owner: Any, name: str, ear: Callable[..., None]) -> None:
    """Call `ear` with the result and the arguments of every call of a method of `owner`."""
    method = getattr(owner, name)

    def call(*given: Any) -> Any:
        result = method(*given)
        ear(result, *given)
        return result

    setattr(owner, name, call)


class Terminate:
    """Sends SIGTERM to this process, in which `run` runs, and returns once it was noticed."""

    def __init__(self) -> None:
        self.stop = threading.Event()

    def __call__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        assert self.stop.wait(PATIENCE_S), "the signal was not noticed"


def command_with(wrap: Callable[[Detector, Terminate], Detector], *arguments: object) -> Answer:
    """Run `passerby analyze` or `passerby run` in this process, with another detector in place of the loaded one.

    wrap: gets the loaded detector, and what ends the command, and returns the detector to use.
    """
    terminate = Terminate()
    with pytest.MonkeyPatch.context() as patch:
        for module in (analyze, run):
            _replace(patch, module, "chosen_detector", lambda load, *given: wrap(load(*given), terminate))
            _replace(
                patch,
                module,
                "stop_on_signals",
                lambda on, stop, **options: on(_noted(terminate, stop), **options),
            )
        return command(*arguments)


def _noted(terminate: Terminate, stop: threading.Event) -> threading.Event:
    terminate.stop = stop
    return stop


def _replace(patch: pytest.MonkeyPatch, module: Any, name: str, by: Callable[..., Any]) -> None:
    """Replace a function of a module by one that gets it as its first argument."""
    patch.setattr(module, name, functools.partial(by, getattr(module, name)))
