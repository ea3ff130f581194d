"""Takes the desired configuration of a control room while a unit runs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from passerby.app.check import picture_wh
from passerby.app.control import Control
from passerby.app.probes import PROBES
from passerby.config.check import load_checked
from passerby.config.text import read_text
from passerby.contracts.camera_faults import FAULT_TYPES
from passerby.contracts.config import Unit
from passerby.contracts.errors import StoreError, UsageError
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms

if TYPE_CHECKING:
    from passerby.centre.fleet.agent import ConfigReport
    from passerby.centre.fleet.membership import Membership

log = logging.getLogger(__name__)


class ConfigText:
    """See UnitText. control: writes the file; None if this is a dry run."""

    def __init__(self, path: Path, control: Control | None) -> None:
        self._path, self._control, self._seen = path, control, ""

    def read(self) -> str:
        """See UnitText."""
        self._seen = read_text(self._path)
        return self._seen

    def check(self, text: str) -> None:
        """See UnitText."""
        load_checked(self._path, probes=replace(PROBES, picture_wh=picture_wh), text=text)

    def save(self, text: str) -> None:
        """See UnitText."""
        assert self._control is not None
        self._control.save_text(lambda now: text if now == self._seen else _changed_meanwhile())


def _changed_meanwhile() -> str:
    raise UsageError("the configuration was changed on the unit at the same time: send it again")


def membership(folder: Path) -> Membership:
    """Return what the unit keeps of its fleet in a results folder. Raises UsageError if it has not joined."""
    try:
        from passerby.centre.fleet.membership import FOLDER, Membership
    except ImportError as error:
        raise UsageError(f"fleet needs passerby[fleet] ({error}); install it, or remove the key fleet") from error
    return Membership(folder / FOLDER)


def failing_cameras(store: ResultsStore) -> int:
    """Return how many cameras have an open incident about their picture or stream."""
    kinds = {*FAULT_TYPES, "camera_lost"}
    return len({event.camera for event in store.resume() if event.kind in kinds})


def enter(store: ResultsStore, report: ConfigReport) -> None:
    """Enter in the audit log what became of a desired configuration."""
    act = Act.REQUESTED if report.outcome == "applied" else Act.REFUSED
    what = f"desired configuration {'?' if report.version is None else report.version}"
    try:
        store.write(lambda connection: audit.record(connection, audit.UNIT, act, what, report.detail))
    except StoreError as error:
        log.error("not in the audit log: %s %s: %s", act, what, error)


@contextmanager
def following_fleet(unit: Unit, folder: Path, store: ResultsStore, control: Control) -> Iterator[None]:
    """Follow the control room of the unit in a with block, if it has one.

    Raises UsageError if the unit has not joined or passerby[fleet] is not installed.
    """
    if unit.fleet is None:
        yield
        return
    member = membership(folder)
    from passerby.centre.fleet.client import FleetClient
    from passerby.centre.fleet.follower import FleetFollower

    file = ConfigText(control.path, control)
    client = FleetClient(unit.fleet)
    failing, entering = partial(failing_cameras, store), partial(enter, store)
    with FleetFollower(client, member, file, failing, now_ms, unit.fleet.every_s, entering) as follower:
        follower.start()
        yield
