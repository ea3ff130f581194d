"""The lenses of a running unit: the alarms during which none is moved, and the audit log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from passerby.camera.loop import CameraLoop
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import StoreError
from passerby.contracts.event_kinds import STATE_KINDS
from passerby.contracts.focus import FocusDrive
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.results import ResultsStore
from passerby.unit.alarms.alarm_desk import AlarmDesk
from passerby.unit.focus.keeper import FocusKeeper, FocusPorts

log = logging.getLogger(__name__)
Lens = Callable[[Camera], AbstractContextManager[FocusDrive]]
"""Connects to the lens of a camera for a with block. Raises InputError or UsageError."""


def focus_keeper(unit: Callable[[], Unit], store: ResultsStore, desk: AlarmDesk, lens: Lens) -> FocusKeeper:
    """Return the keeper of the lenses of a unit. unit: returns its present configuration."""

    def open_lens(camera: str) -> AbstractContextManager[FocusDrive]:
        return lens(next(one for one in unit().cameras if one.name == camera))

    def has_alarm(camera: str) -> bool:
        return any(where in (camera, "") and kind not in STATE_KINDS for where, kind, _ in desk.active)

    def enter(camera: str, detail: str) -> None:
        try:
            store.write(lambda connection: audit.record(connection, audit.UNIT, Act.FOCUSED, camera, detail))
        except StoreError as error:
            log.error("not in the audit log: focused %s: %s", camera, error)

    return FocusKeeper(FocusPorts(open_lens, has_alarm, enter))


def focusable(unit: Unit, loops: Mapping[str, CameraLoop]) -> dict[str, CameraLoop]:
    """Return the loops of the cameras whose lens may be moved."""
    names = {one.name for one in unit.cameras if one.onvif is not None and one.onvif.focus}
    return {name: loop for name, loop in loops.items() if name in names}
