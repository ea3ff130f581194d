"""Records on their way to the unit: those of files in the unit's own folder wait for the database."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from passerby.app.placement import parcels
from passerby.app.placement.parcels import Parcel, ParcelQueue, receive
from passerby.contracts.events import EvidenceFile
from support.fakes import ListSink
from support.stored import an_event
from support.waiting import PATIENCE_S

BEGUN = EvidenceFile("clips/e.mp4", "e", "hall", "clip")


@dataclass
class Sink(ListSink):
    flushed: int = 0

    def record_file(self, file: EvidenceFile) -> None:
        self.put([file])

    def flush(self, timeout_s: float) -> bool:
        self.flushed += 1
        return True


def test_a_file_in_the_units_folder_begins_when_its_record_is_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "RECORD_FILE_S", PATIENCE_S)
    queue, begun = ParcelQueue(None), threading.Event()

    def write() -> None:
        queue.record_file(BEGUN)
        begun.set()

    thread = threading.Thread(target=write)
    thread.start()
    found: list[Parcel] = []
    while not (found and found[-1].is_awaited):
        found += queue.take(found[-1].number if found else 0, PATIENCE_S)
    assert not begun.is_set()
    queue.take(found[-1].number, 0.0)
    thread.join(PATIENCE_S)
    assert begun.is_set()
    assert found[0].records == (BEGUN,)


def test_the_unit_confirms_an_awaited_parcel_when_it_is_stored(tmp_path: Path) -> None:
    sink = Sink()
    receive(Parcel(1, (an_event("e"),)), sink, tmp_path)  # type: ignore[arg-type]
    assert sink.flushed == 0
    receive(Parcel(2, (), is_awaited=True), sink, tmp_path)  # type: ignore[arg-type]
    assert sink.flushed == 1


def test_nothing_in_the_units_folder_is_sent_or_removed() -> None:
    queue = ParcelQueue(None)
    queue.put([EvidenceFile("clips/e.mp4", "e", "hall", "clip", "00", 1)])
    (parcel,) = queue.take(0, 0.0)
    assert parcel.files == {}
    assert queue.take(parcel.number, 0.0) == ()


def test_a_unit_that_stores_nothing_keeps_no_camera_waiting() -> None:
    assert ParcelQueue(None).flush(0.01) is False
