"""A unit with cameras on other machines: nothing twice, nothing lost, and another machine when one is lost."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from passerby.app.placement.following import PlacedTile
from passerby.app.placement.parcels import Parcel, ParcelQueue, Reply
from passerby.app.placement.placed_cameras import PlacedCameras
from passerby.app.placement.remote_group import GroupLostError, even, filled
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import OperationError
from passerby.contracts.events import Event, EvidenceFile, Phase
from passerby.contracts.ports import Record
from support.fakes import ListSink
from support.stored import ZONE, an_event

HALL = Camera(name="hall", source="rtsp://camera/1")
UNIT = Unit(station="s", cameras=(HALL,))


class Sink(ListSink):
    def record_file(self, file: EvidenceFile) -> None:
        self.put([file])


@dataclass
class Script:
    """A group that gives these replies, then is lost or over."""

    replies: list[Reply]
    is_lost: bool = False
    machine: str = "m"
    did: list[Any] = field(default_factory=list)

    def start(self, camera: Camera, unit: Unit) -> None:
        self.did.append(("start", camera.name))

    def take(self, camera: str, confirmed: int, *, is_watched: bool) -> Reply:
        self.did.append(confirmed)
        if self.replies:
            return self.replies.pop(0)
        if self.is_lost:
            raise GroupLostError("m is lost")
        return Reply((), True)

    def stop(self, camera: str) -> None:
        self.did.append("stop")

    def ask(self, method: str, *given: object) -> object:
        self.did.append((method, *given))
        return None

    def end(self) -> None:
        self.did.append("end")


def reply(number: int, *records: Record, error: str = "", over: bool = False, **files: bytes) -> Reply:
    return Reply((Parcel(number, records, {f"stills/{n}.jpg": data for n, data in files.items()}),), over, error)


def work(folder: Path, *groups: Script) -> Sink:
    sink, left = Sink(), [*groups]
    placed = PlacedCameras(lambda _: left.pop(0), folder, filled(4))
    placed.work(HALL, UNIT, sink, PlacedTile(), threading.Event())  # type: ignore[arg-type]
    return sink


def test_a_parcel_that_comes_twice_is_stored_once_and_confirmed(tmp_path: Path) -> None:
    group = Script([reply(1, an_event("e1")), reply(1, an_event("e1")), reply(2, an_event("e2"))])
    assert [e.id for e in work(tmp_path, group).events if e.phase is Phase.START] == ["e1", "e2"]
    assert group.did == [("start", "hall"), 0, 1, 1, 2]


def test_a_lost_machine_is_replaced_and_its_open_incidents_end(tmp_path: Path) -> None:
    first, second = Script([reply(1, an_event("e1"))], is_lost=True), Script([reply(1, an_event("e2"))])
    events = work(tmp_path, first, second).events
    assert [(e.id, e.seq, e.phase) for e in events[:2]] == [("e1", 0, Phase.START), ("e1", 1, Phase.END)]
    assert {m.name: m.value for m in events[1].measures}["ended_by"] == "restart"
    assert events[2].id == "e2", "the numbers of the new machine begin at 1 again"
    assert first.did[-1] == "end", "a machine that only stopped to answer must not go on"


def test_an_error_of_the_camera_itself_is_left_to_the_lifecycle(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="no such stream"):
        work(tmp_path, Script([Reply((), True, "no such stream")]))


@pytest.mark.parametrize("path", ["../out.jpg", "/tmp/out.jpg"])
def test_a_file_outside_the_results_folder_is_refused(tmp_path: Path, path: str) -> None:
    file = EvidenceFile(path, "e", "hall", "still", "00", 1)
    work(tmp_path / "results", Script([Reply((Parcel(1, (file,), {path: b"x"}),), False)]))
    assert not (tmp_path / "out.jpg").exists()


def test_a_file_travels_whole_and_is_removed_when_it_is_confirmed(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    (there / "stills").mkdir(parents=True)
    (there / "stills/e.jpg").write_bytes(b"redacted")
    queue = ParcelQueue(there)
    queue.record_file(EvidenceFile("stills/e.jpg", "e", "hall", "still"))
    file = EvidenceFile("stills/e.jpg", "e", "hall", "still", hashlib.sha256(b"redacted").hexdigest(), 8)
    queue.put([an_event("e"), file])
    sink = work(here, Script([Reply(queue.take(0, 0.0), False)]))
    assert (here / "stills/e.jpg").read_bytes() == b"redacted"
    assert [r.sha256 != "" for r in sink.reports if isinstance(r, EvidenceFile)] == [False, True]
    assert (there / "stills/e.jpg").exists(), "until the unit has confirmed it"
    assert queue.take(2, 0.0) == ()
    assert not (there / "stills/e.jpg").exists()


def test_a_full_queue_keeps_events_and_counts_samples(tmp_path: Path) -> None:
    queue = ParcelQueue(tmp_path, capacity=2)
    parcels: Iterable[list[Record]] = ([ZONE], [ZONE], [ZONE], [an_event("e1")])
    for records in parcels:
        queue.put(records)
    kept = [record for parcel in queue.take(0, 0.0) for record in parcel.records]
    assert [isinstance(record, Event) for record in kept] == [False, True]
    assert queue.lost == {"ZoneSample": 2}


def test_a_second_loss_is_left_to_the_delays_of_the_lifecycle(tmp_path: Path) -> None:
    first, second = Script([reply(1, an_event("e1"))], is_lost=True), Script([], is_lost=True)
    with pytest.raises(GroupLostError):
        work(tmp_path, first, second)
    assert (first.did[-1], second.did[-1]) == ("end", "end")


def test_cameras_fill_one_group_or_are_spread_over_a_number_of_them() -> None:
    assert [filled(2)(sizes) for sizes in ([], [1], [2], [2, 1])] == [None, 0, None, 1]
    assert [even(2)(sizes) for sizes in ([], [1], [1, 0], [2, 2])] == [None, None, 1, 0]


def test_a_file_of_a_lost_process_is_finished(tmp_path: Path) -> None:
    begun = EvidenceFile("stills/e.jpg", "e", "hall", "still")
    (tmp_path / "stills").mkdir()
    (tmp_path / "stills/e.jpg").write_bytes(b"redacted")
    sink = work(tmp_path, Script([reply(1, begun)], is_lost=True), Script([]))
    (_, finished) = (record for record in sink.reports if isinstance(record, EvidenceFile))
    assert (finished.path, finished.sha256) == (begun.path, hashlib.sha256(b"redacted").hexdigest())


def test_departures_and_reports_reach_every_group_and_a_plan_comes_from_the_cameras_own(tmp_path: Path) -> None:
    first, second = Script([]), Script([])
    made, seen = [first, second], list[object]()
    placed = PlacedCameras(lambda _: made.pop(0), tmp_path, even(2))

    def ask(name: str) -> None:
        placed.left("1")
        placed.ask_reports()
        seen.extend([placed.plan(name), placed.history(name), placed.plan("unknown")])

    @dataclass
    class Asking(Script):
        def take(self, camera: str, confirmed: int, *, is_watched: bool) -> Reply:
            ask(camera)
            return super().take(camera, confirmed, is_watched=is_watched)

    made[0] = first = Asking([])
    placed.work(HALL, UNIT, Sink(), PlacedTile(), threading.Event())  # type: ignore[arg-type]
    assert first.did == [("start", "hall"), ("left", "1"), ("report",), ("plan", "hall"), ("history", "hall"), 0]
    assert seen == [None, None, None]


def test_the_least_rates_of_all_groups_are_known_until_a_camera_is_removed(tmp_path: Path) -> None:
    placed = PlacedCameras(lambda _: Script([Reply((), True, rate_share=0.4, rate_ratio=0.6)]), tmp_path, even(2))
    placed.work(HALL, UNIT, Sink(), PlacedTile(), threading.Event())  # type: ignore[arg-type]
    assert placed.rates == {"hall": (0.4, 0.6)}
    placed.keep_only([])
    assert placed.rates == {}
