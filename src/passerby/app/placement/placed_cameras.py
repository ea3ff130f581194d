"""The unit's side of cameras on other machines: it assigns them, takes their results, and moves them."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from passerby.app.placement.parcels import Reply, receive
from passerby.camera.live_tile import WATCHED_FOR_S, LiveTile
from passerby.console.ports import CameraFigures
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import OperationError, PasserbyError
from passerby.contracts.events import Event, Measure, Phase
from passerby.contracts.live import LivePicture
from passerby.contracts.ports import Record
from passerby.unit.recorder import Recorder

log = logging.getLogger(__name__)


class GroupLostError(PasserbyError):
    """The machine of a group of cameras does not answer any more, or the process there ended."""


class RemoteGroup(Protocol):
    """A CameraGroup on another machine. Every method raises GroupLostError."""

    @property
    def machine(self) -> str:
        """The name of the machine."""
        ...

    def start(self, camera: Camera, unit: Unit) -> None:
        """See CameraGroup."""
        ...

    def take(self, camera: str, confirmed: int, *, is_watched: bool) -> Reply:
        """See CameraGroup."""
        ...

    def stop(self, camera: str) -> None:
        """See CameraGroup."""
        ...

    def end(self) -> None:
        """End the process; never raises."""
        ...


ChooseGroup = Callable[[Sequence[int]], int | None]
"""Returns the group for one more camera by the numbers of their cameras; None for another group."""


def filled(most: int) -> ChooseGroup:
    """Fill each group with this number of cameras before the next one."""
    return lambda sizes: next((k for k, size in enumerate(sizes) if size < most), None)


def even(groups: int) -> ChooseGroup:
    """Keep this number of groups, and give a camera to the one with the least."""
    return lambda sizes: sizes.index(min(sizes)) if len(sizes) >= groups else None


MakeGroup = Callable[[Unit], RemoteGroup]
"""Starts a group on a machine that has room. Raises OperationError if none has."""


@dataclass(slots=True)
class _Group:
    remote: RemoteGroup
    cameras: set[str] = field(default_factory=set)


class PlacedTile(LiveTile):
    """The newest redacted picture of a camera, encoded on another machine. latest: None before the first."""

    def __init__(self) -> None:
        super().__init__()
        self.latest: LivePicture | None = None

    @property
    def is_watched(self) -> bool:
        """Whether somebody looked within WATCHED_FOR_S."""
        return self._now_s() - self._asked_s < WATCHED_FOR_S

    def picture(self) -> LivePicture | None:
        """See LiveTile."""
        self._asked_s = self._now_s()
        return self.latest


class PlacedCameras:
    """Cameras on other machines, for a running unit. Each camera has its own thread here, which takes its results.

    choose: gives a camera its group. with_spare: keep one started group without a camera, if a machine has room,
    so that the cameras of a lost machine need not wait for the start of a process. figures: the latest counters.
    lost: records that did not fit on the other machines.
    """

    def __init__(self, make: MakeGroup, folder: Path, choose: ChooseGroup, *, with_spare: bool = False) -> None:
        self._make, self._folder, self._choose = make, folder, choose
        self._groups: list[_Group] = []
        self._spare: RemoteGroup | None = None
        self._needs_spare, self._is_closed = with_spare, False
        self._lock = threading.Lock()
        self.figures: dict[str, CameraFigures] = {}
        self.lost: Counter[str] = Counter()

    def work(
        self, camera: Camera, unit: Unit, recorder: Recorder, tile: PlacedTile, stop: threading.Event
    ) -> None:
        """Have a camera analysed until `stop` or its end; when its group is lost, at once in another one.

        Raises OperationError if no machine has room, or with the reason why the camera's work ended there, and
        GroupLostError for the second group: then the delays of the lifecycle apply.
        """
        try:
            self._work_once(camera, unit, _Following(recorder, self._folder, tile), stop)
        except GroupLostError as error:
            log.error("camera %s: %s; it is started in another process", camera.name, error)
            if not stop.is_set():
                self._work_once(camera, unit, _Following(recorder, self._folder, tile), stop)

    def close(self) -> None:
        """End the processes on the other machines."""
        with self._lock:
            groups, self._groups = [group.remote for group in self._groups], []
            groups += [self._spare] if self._spare else []
            self._spare, self._is_closed = None, True
        for group in groups:
            group.end()

    def _work_once(self, camera: Camera, unit: Unit, following: _Following, stop: threading.Event) -> None:
        group = self._join(camera.name, unit)
        try:
            group.remote.start(camera, unit)
            self._follow(group.remote, camera, following, stop)
        except GroupLostError:
            self._lose(group)
            raise
        finally:
            group.cameras.discard(camera.name)
            following.recorder.put(following.ends())

    def _follow(self, remote: RemoteGroup, camera: Camera, following: _Following, stop: threading.Event) -> None:
        name, is_stopped = camera.name, False
        log.info("camera %s: analysed on %s", name, remote.machine)
        while True:
            if stop.is_set() and not is_stopped:
                is_stopped = True
                remote.stop(name)
            reply = remote.take(name, following.confirmed, is_watched=following.tile.is_watched)
            following.take(reply)
            if reply.figures is not None:
                self.figures[name] = reply.figures
            if reply.is_over:
                self.lost.update(reply.lost)
                if reply.error:
                    raise OperationError(reply.error)
                return

    def _join(self, camera: str, unit: Unit) -> _Group:
        with self._lock:
            chosen = self._choose([len(one.cameras) for one in self._groups])
            if chosen is not None:
                group = self._groups[chosen]
            else:
                group = _Group(self._spare or self._make(unit))
                self._needs_spare, self._spare = self._needs_spare or self._spare is not None, None
                self._groups.append(group)
            group.cameras.add(camera)
            if self._needs_spare:
                self._needs_spare = False
                threading.Thread(target=self._prepare, args=(unit,), name="spare group", daemon=True).start()
            return group

    def _prepare(self, unit: Unit) -> None:
        """Start the spare group."""
        try:
            spare = self._make(unit)
        except PasserbyError as error:
            log.info("no process of the cluster is kept as a spare: %s", error)
            with self._lock:
                self._needs_spare = True
            return
        with self._lock:
            if not self._is_closed:
                self._spare = spare
                return
        spare.end()

    def _lose(self, group: _Group) -> None:
        with self._lock:
            is_known = group in self._groups
            self._groups = [one for one in self._groups if one is not group]
            if is_known:  # it has ended before another group begins with its cameras
                group.remote.end()


class _Following:
    """Stores the results of one camera, once each, and knows its open incidents."""

    def __init__(self, recorder: Recorder, folder: Path, tile: PlacedTile) -> None:
        self.recorder, self._folder, self.tile = recorder, folder, tile
        self._open: dict[str, Event] = {}
        self.confirmed = 0

    def take(self, reply: Reply) -> None:
        if reply.picture is not None:
            self.tile.latest = reply.picture
        for parcel in reply.parcels:
            if parcel.number > self.confirmed:
                receive(parcel, self.recorder, self._folder)
                self.confirmed = parcel.number
                self._note(parcel.records)

    def ends(self) -> list[Event]:
        """Return the ends of incidents that were open on a lost machine, at the last time they were reported."""
        why = Measure("ended_by", "restart")
        return [
            replace(event, seq=event.seq + 1, phase=Phase.END, measures=(*event.measures, why), evidence=None)
            for event in self._open.values()
        ]

    def _note(self, records: Iterable[Record]) -> None:
        for event in records:
            if isinstance(event, Event) and event.phase is Phase.END:
                self._open.pop(event.id, None)
            elif isinstance(event, Event):
                self._open[event.id] = event
