"""The results that a camera in another process sends: stored values and redacted files, and no raw picture."""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from passerby.console.ports import CameraFigures
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, EvidenceFile
from passerby.contracts.live import LivePicture
from passerby.contracts.ports import Record
from passerby.files.whole import write_whole
from passerby.unit.recorder import CAPACITY, Recorder

log = logging.getLogger(__name__)
# Parcels in one reply: a reply with clips has some megabytes.
AT_ONCE = 50
# A file with pictures waits this long for its record, and the unit this long for its store, seconds.
RECORD_FILE_S = STORED_S = 1.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """Records that belong together. files: the contents of the finished files among them, by path.

    is_awaited: the camera waits until this and all earlier ones are stored.
    """

    number: int
    records: tuple[Record, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    is_awaited: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """The results of a camera for the unit.

    error: the reason why its work ended, "" while it works or at its end. rate_share, rate_ratio: of its group's
    Scheduler.
    """

    parcels: tuple[Parcel, ...]
    is_over: bool
    error: str = ""
    lost: Mapping[str, int] = field(default_factory=dict)
    figures: CameraFigures | None = None
    picture: LivePicture | None = None
    rate_share: float = 1.0
    rate_ratio: float = 1.0


class ParcelQueue:
    """The recorder of a camera in another process: keeps records until the unit has confirmed them.

    folder: where a camera on another machine writes its files; a file is removed when the unit has it. None where
    the camera writes into the unit's own folder: then nothing is sent, and each file waits for the record of its
    begin. lost: records that did not fit, by kind.
    """

    def __init__(self, folder: Path | None, capacity: int = CAPACITY) -> None:
        self._folder, self._capacity = folder, capacity
        self._confirmed = 0
        self._waiting: deque[Parcel] = deque()
        self._changed = threading.Condition()
        self._number = 0
        self._is_closed = False
        self.lost: Counter[str] = Counter()

    def put(self, records: Iterable[Record]) -> None:
        """See RecordSink."""
        together = tuple(records)
        with self._changed:
            if len(self._waiting) >= self._capacity and not self._make_room(together):
                self.lost.update(type(record).__name__ for record in together)
                return
            self._number += 1
            self._waiting.append(Parcel(self._number, together))
            self._changed.notify_all()

    def record_file(self, file: EvidenceFile) -> None:
        """Take the record of a file. See Recorder."""
        self.put([file])
        if not file.sha256:
            self.flush(RECORD_FILE_S)

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until the unit has stored all records so far; return whether it has.

        On another machine, return at once: its files are sent after their records.
        """
        if self._folder is not None:
            return not self._waiting
        with self._changed:
            self._number += 1
            last = self._number
            self._waiting.append(Parcel(last, (), is_awaited=True))
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._confirmed >= last, timeout_s)

    def close(self) -> None:
        """Let no reader wait any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def take(self, confirmed: int, wait_s: float) -> tuple[Parcel, ...]:
        """Drop the parcels up to the number `confirmed`; return the next ones, after at most `wait_s`."""
        with self._changed:
            self._confirmed = confirmed
            self._changed.notify_all()
            done = []
            while self._waiting and self._waiting[0].number <= confirmed:
                done.append(self._waiting.popleft())
            self._changed.wait_for(lambda: self._waiting or self._is_closed, wait_s)
            found = [*self._waiting][:AT_ONCE]
        if self._folder is None:
            return tuple(found)
        for path in (path for parcel in done for path in _finished(parcel)):
            (self._folder / path).unlink(missing_ok=True)
        return tuple(replace(one, files=_contents(self._folder, one)) for one in found)

    def _make_room(self, records: tuple[Record, ...]) -> bool:
        """Drop the oldest parcel without an event, for one with an event."""
        if not any(isinstance(record, Event) for record in records):
            return False
        for place, other in enumerate(self._waiting):
            if not any(isinstance(record, Event) for record in other.records):
                self.lost.update(type(record).__name__ for record in other.records)
                del self._waiting[place]
                return True
        return False


def receive(parcel: Parcel, recorder: Recorder, folder: Path) -> None:
    """Store a parcel below the results folder: files first, each after the record of its begin, then records."""
    for file in (record for record in parcel.records if isinstance(record, EvidenceFile) and not record.sha256):
        recorder.record_file(file)
    for path, data in parcel.files.items():
        try:
            write_whole(_inside(folder, path), data, make_folder=True)
        except StoreError as error:
            log.error("evidence from another machine was not stored: %s", error)
    recorder.put(r for r in parcel.records if not (isinstance(r, EvidenceFile) and not r.sha256))
    if parcel.is_awaited:
        recorder.flush(STORED_S)


def _contents(folder: Path, parcel: Parcel) -> dict[str, bytes]:
    found = {}
    for path in _finished(parcel):
        try:
            found[path] = (folder / path).read_bytes()
        except OSError as error:
            log.error("%s cannot be sent to the unit (%s)", path, error.strerror)
    return found


def _finished(parcel: Parcel) -> list[str]:
    return [record.path for record in parcel.records if isinstance(record, EvidenceFile) and record.sha256]


def _inside(folder: Path, path: str) -> Path:
    """Return a path below the folder. Raises StoreError for another one."""
    if Path(path).is_absolute() or ".." in Path(path).parts:
        raise StoreError(f"{path} is not below the results folder")
    return folder / path
