"""The unit's side of cameras in other processes: it assigns them, takes their results, and moves them."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from passerby.app.placement.following import Following, PlacedTile
from passerby.app.placement.remote_group import ChooseGroup, GroupLostError, MakeGroup, RemoteGroup
from passerby.console.ports import CameraFigures, CameraHistory, FloorPlan
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import OperationError, PasserbyError
from passerby.unit.recorder import Recorder

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Group:
    remote: RemoteGroup
    cameras: set[str] = field(default_factory=set)


class PlacedCameras:
    """Cameras in other processes, for a running unit. Each has its own thread here, which takes its results.

    choose: gives a camera its group. with_spare: keep one started group without a camera, if a machine has room,
    so that the cameras of a lost machine need not wait for the start of a process. figures: the latest counters.
    rates: share and ratio of the rates in the camera's group, see Scheduler. lost: records that did not fit in the
    other processes.
    """

    def __init__(self, make: MakeGroup, folder: Path, choose: ChooseGroup, *, with_spare: bool = False) -> None:
        self._make, self._folder, self._choose = make, folder, choose
        self._groups: list[_Group] = []
        self._spare: RemoteGroup | None = None
        self._needs_spare, self._is_closed = with_spare, False
        self._lock = threading.Lock()
        self.figures: dict[str, CameraFigures] = {}
        self.rates: dict[str, tuple[float, float]] = {}
        self.lost: Counter[str] = Counter()

    def work(
        self, camera: Camera, unit: Unit, recorder: Recorder, tile: PlacedTile, stop: threading.Event
    ) -> None:
        """Have a camera analysed until `stop` or its end; when its group is lost, at once in another one.

        Raises OperationError if no machine has room, or with the reason why the camera's work ended there, and
        GroupLostError for the second group: then the delays of the lifecycle apply.
        """
        try:
            self._work_once(camera, unit, Following(recorder, self._folder, tile), stop)
        except GroupLostError as error:
            log.error("camera %s: %s; it is started in another process", camera.name, error)
            if not stop.is_set():
                self._work_once(camera, unit, Following(recorder, self._folder, tile), stop)

    def close(self) -> None:
        """End the other processes."""
        with self._lock:
            groups, self._groups = [group.remote for group in self._groups], []
            groups += [self._spare] if self._spare else []
            self._spare, self._is_closed = None, True
        for group in groups:
            group.end()

    def keep_only(self, names: Collection[str]) -> None:
        """Drop the figures of other cameras."""
        for name in self.rates.keys() - set(names):
            self.figures.pop(name, None)
            self.rates.pop(name, None)

    def ask_reports(self) -> None:
        """Let each camera write its report now, where reports are written."""
        self._ask_all("report")

    def left(self, track: str) -> None:
        """Count a departure that came by message."""
        self._ask_all("left", track)

    def history(self, camera: str) -> CameraHistory | None:
        """Return the recent figures of a camera; None for one that never ran."""
        found = self._ask_of(camera, "history")
        return found if isinstance(found, CameraHistory) else None

    def plan(self, camera: str) -> FloorPlan | None:
        """Return the floor of a camera from above; None if it does not run or has no floor."""
        found = self._ask_of(camera, "plan")
        return found if isinstance(found, FloorPlan) else None

    def _work_once(self, camera: Camera, unit: Unit, following: Following, stop: threading.Event) -> None:
        group = self._join(camera.name, unit)
        try:
            group.remote.start(camera, unit)
            self._follow(group.remote, camera, following, stop)
        except GroupLostError:
            self._lose(group)
            following.recorder.put(following.left_files())
            raise
        finally:
            group.cameras.discard(camera.name)
            following.recorder.put(following.ends())

    def _ask_all(self, method: str, *given: object) -> None:
        with self._lock:
            groups = [group.remote for group in self._groups]
        for remote in groups:
            with suppress(GroupLostError, OperationError):  # a lost group is found by its cameras
                remote.ask(method, *given)

    def _ask_of(self, camera: str, method: str) -> object:
        with self._lock:
            group = next((one for one in self._groups if camera in one.cameras), None)
        with suppress(GroupLostError, OperationError):
            return group and group.remote.ask(method, camera)
        return None

    def _follow(self, remote: RemoteGroup, camera: Camera, following: Following, stop: threading.Event) -> None:
        name, is_stopped = camera.name, False
        log.info("camera %s: analysed on %s", name, remote.machine)
        while True:
            if stop.is_set() and not is_stopped:
                is_stopped = True
                remote.stop(name)
            reply = remote.take(name, following.confirmed, is_watched=following.tile.is_watched)
            following.take(reply)
            self.rates[name] = reply.rate_share, reply.rate_ratio
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
