"""The unit's state of a camera in another process: its open incidents, its open files, its newest picture."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from passerby.app.janitor import finish_file
from passerby.app.placement.parcels import Reply, receive
from passerby.camera.live_tile import WATCHED_FOR_S, LiveTile
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, EvidenceFile, Measure, Phase
from passerby.contracts.live import LivePicture
from passerby.contracts.ports import Record
from passerby.unit.recorder import Recorder

log = logging.getLogger(__name__)


class PlacedTile(LiveTile):
    """The newest redacted picture of a camera, encoded in another process."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__(now_s)
        self._latest: LivePicture | None = None
        self._received_s = 0.0

    def receive(self, picture: LivePicture) -> None:
        """Take the newest picture."""
        self._latest, self._received_s = picture, self._now_s()

    @property
    def is_watched(self) -> bool:
        """Whether somebody looked within WATCHED_FOR_S."""
        return self._now_s() - self._asked_s < WATCHED_FOR_S

    def picture(self) -> LivePicture | None:
        """See LiveTile."""
        self._asked_s = self._now_s()
        latest = self._latest
        if latest is None:
            return None
        return replace(latest, elapsed_s=latest.elapsed_s + self._now_s() - self._received_s)


class Following:
    """Stores the results of one camera, once each, and knows its open incidents."""

    def __init__(self, recorder: Recorder, folder: Path, tile: PlacedTile) -> None:
        self.recorder, self._folder, self.tile = recorder, folder, tile
        self._open: dict[str, Event] = {}
        self._begun: dict[str, EvidenceFile] = {}
        self.confirmed = 0

    def take(self, reply: Reply) -> None:
        """Store what was not stored before."""
        if reply.picture is not None:
            self.tile.receive(reply.picture)
        for parcel in reply.parcels:
            if parcel.number > self.confirmed:
                receive(parcel, self.recorder, self._folder)
                self.confirmed = parcel.number
                self._note(parcel.records)

    def ends(self) -> list[Event]:
        """Return the ends of incidents that were open in a lost process, at the last time they were reported."""
        why = Measure("ended_by", "restart")
        return [
            replace(event, seq=event.seq + 1, phase=Phase.END, measures=(*event.measures, why), evidence=None)
            for event in self._open.values()
        ]

    def left_files(self) -> list[EvidenceFile]:
        """Finish the files that a lost process of this machine was writing; return their records."""
        try:
            found = [finish_file(self._folder, file) for file in self._begun.values()]
        except StoreError as error:
            log.error("a file of a lost process is finished at the next start: %s", error)
            return []
        return [file for file in found if file is not None]

    def _note(self, records: Iterable[Record]) -> None:
        for one in records:
            if isinstance(one, EvidenceFile) and not one.sha256:
                self._begun[one.path] = one
            elif isinstance(one, EvidenceFile):
                self._begun.pop(one.path, None)
            elif isinstance(one, Event) and one.phase is Phase.END:
                self._open.pop(one.id, None)
            elif isinstance(one, Event):
                self._open[one.id] = one
