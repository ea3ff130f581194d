"""No record is lost, doubled or out of order, whatever the store does; and no camera waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.camera.ids import live_ids
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, Severity
from passerby.contracts.ports import Record
from passerby.contracts.settings import AlarmPolicy
from passerby.store.connect import reading
from passerby.store.events import query
from passerby.store.results import DATABASE, ResultsStore
from passerby.store.spool import EventSpool
from passerby.unit.alarms.alarm_desk import AlarmDesk
from passerby.unit.alarms.alarming import UnitRecords
from passerby.unit.counting import Counting
from passerby.unit.outage import STORE_OUTAGE, UnitOutage
from passerby.unit.recorder import Recorder, RecorderSettings
from support.clock import FakeClock
from support.stored import ZONE, an_end, an_event
from support.waiting import PATIENCE_S, until

FULL = StoreError("the disk is full; free space")


class Store:
    """Keeps what it is given; while `is_away` it cannot be written. transactions: how many there were."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.transactions = self.attempts = 0
        self.is_away = False
        self.before: Callable[[], None] = lambda: None

    def write_records(self, records: Sequence[Record]) -> list[str]:
        self.attempts += 1
        self.before()
        if self.is_away:
            raise FULL
        self.transactions += 1
        self.records += records
        return []

    @property
    def ids(self) -> list[str]:
        return [r.id for r in self.records if isinstance(r, Event)]


class Plain:
    """Derives nothing but one last record."""

    def __init__(self, last: Iterable[Record] = ()) -> None:
        self.last = last

    def of(self, record: Record) -> Iterator[Record]:
        yield record

    def close(self) -> Iterable[Record]:
        return self.last


def test_a_derivation_without_records_does_not_end_the_recorder() -> None:
    store = Store()
    with closing(Recorder(store, Plain())) as recorder:
        recorder.derive(lambda: [])
        assert recorder.flush(PATIENCE_S)
        recorder.put([an_event("after")])
        assert recorder.flush(PATIENCE_S), "the recorder still works"
    assert store.ids == ["after"]


def test_everything_put_is_written_in_order_and_the_last_records_come_last() -> None:
    store = Store()
    with Recorder(store, Plain((an_end("z", 1),))) as recorder:
        for n in range(100):
            recorder.put([an_event(f"{n}"), ZONE])
        assert recorder.flush(60.0)
        assert store.ids == [f"{n}" for n in range(100)]
    assert store.ids[-1] == "z"
    assert recorder.lost == {}


def test_what_a_frame_led_to_is_in_one_transaction() -> None:
    seen: list[int] = []

    class Counted(Store):
        def write_records(self, records: Sequence[Record]) -> list[str]:
            seen.append(len(records))
            return super().write_records(records)

    with Recorder(Counted(), Plain()) as recorder:
        recorder.put([an_event(f"{n}") for n in range(7)])
    assert seen == [7]


def test_frames_that_wait_together_share_a_transaction() -> None:
    """16 threads with 20 frames each: while the first is written, the others gather."""
    store, gate = Store(), threading.Event()
    store.before = lambda: (gate.wait(60.0), None)[1]
    with Recorder(store, Plain()) as recorder:
        threads = [
            threading.Thread(target=lambda c=c: [recorder.put([an_event(f"{c}-{n}")]) for n in range(20)])  # type: ignore[misc]
            for c in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        gate.set()
    assert len(store.ids) == len(set(store.ids)) == 320
    assert store.transactions <= 3, "the first, and those who waited for it"
    for camera in range(16):
        assert [i for i in store.ids if i.startswith(f"{camera}-")] == [f"{camera}-{n}" for n in range(20)]


def test_a_store_that_is_away_delays_records_and_loses_none() -> None:
    store = Store()
    store.is_away = True
    with Recorder(store, Plain()) as recorder:
        for n in range(500):
            recorder.put([an_event(f"{n}")])
        until(lambda: store.attempts > 3)
        assert not recorder.flush(0.0)
        store.is_away = False
        assert recorder.flush(60.0)
    assert store.ids == [f"{n}" for n in range(500)]
    assert recorder.lost == {}


def test_what_does_not_fit_is_counted_and_events_push_samples_out() -> None:
    store = Store()
    store.is_away = True
    with Recorder(store, Plain(), settings=RecorderSettings(capacity=10)) as recorder:
        recorder.put([an_event("in hand")])
        until(lambda: store.attempts > 0)
        recorder.put([ZONE] * 6)
        recorder.put([an_event(f"{n}") for n in range(8)])
        recorder.put([ZONE])
        store.is_away = False
        assert recorder.flush(60.0)
    assert store.ids == ["in hand", *(f"{n}" for n in range(8))]
    assert recorder.lost == {"ZoneSample": 5}


def test_a_derivation_takes_its_turn_and_is_not_pushed_out() -> None:
    store = Store()
    store.is_away = True
    with Recorder(store, Plain(), settings=RecorderSettings(capacity=2)) as recorder:
        recorder.put([an_event("in hand")])
        until(lambda: store.attempts > 0)
        recorder.put([an_event("before")])
        recorder.derive(lambda: [an_event("derived")])
        recorder.put([an_event("does not fit")])
        store.is_away = False
        assert recorder.flush(60.0)
        recorder.put([an_event("after")])
    assert store.ids == ["in hand", "before", "derived", "after"]
    assert recorder.lost == {"Event": 1}


def test_a_derivation_that_waits_at_the_end_is_not_kept() -> None:
    store, spool = Store(), Kept()
    store.is_away = True
    recorder = Recorder(store, Plain(), settings=RecorderSettings(close_s=0.05), spool=spool)
    recorder.put([an_event("a")])
    recorder.derive(lambda: [an_event("derived")])
    recorder.close()
    assert {e.id for e in spool.events} <= {"a", "derived"}


def test_an_outage_is_an_incident_with_start_and_end() -> None:
    store, clock = Store(), FakeClock()
    store.is_away = True
    reported: list[tuple[str, str, bool]] = []
    outage = UnitOutage(STORE_OUTAGE, clock, live_ids(clock))
    with Recorder(
        store, Plain(), outage=outage, subscribers=[lambda e, s: reported.append((e.kind, e.phase.value, s))]
    ) as recorder:
        recorder.put([an_event("a")])
        until(lambda: store.attempts > 1)
        clock.pass_s(STORE_OUTAGE.report_after_s + 1)
        until(lambda: bool(reported))
        assert reported == [("store_unavailable", "start", False)], "reported while it lasts"
        clock.pass_s(10)
        store.is_away = False
        until(lambda: len(store.ids) == 3)
    first, start, end = (r for r in store.records if isinstance(r, Event))
    assert (first.id, start.kind, end.kind) == ("a", "store_unavailable", "store_unavailable")
    assert [m.name for m in end.measures] == ["why", "duration", "lost"]
    assert end.measures[1].value == pytest.approx(STORE_OUTAGE.report_after_s + 11, abs=0.1)


def test_an_alarm_reaches_subscribers_before_and_after_it_is_stored() -> None:
    store, reported = Store(), list[tuple[str, bool]]()
    store.is_away = True

    def broken(*_: object) -> None:
        raise RuntimeError("a viewer's fault")

    subscribers = [broken, lambda event, stored: reported.append((event.id, stored))]
    with Recorder(store, Plain(), subscribers=subscribers) as recorder:
        recorder.put([an_event("w"), an_event("a", severity=Severity.ALARM)])
        assert reported == [("a", False)], "at once, whatever the store does"
        store.is_away = False
        assert recorder.flush(60.0)
    assert reported == [("a", False), ("a", True)]


class Kept:
    def __init__(self, error: StoreError | None = None) -> None:
        self.events: list[Event] = []
        self.error = error

    def save(self, events: Sequence[Event]) -> None:
        if self.error:
            raise self.error
        self.events += events


@pytest.mark.parametrize("spool", [Kept(), Kept(FULL)], ids=["the spool takes them", "the spool fails as well"])
def test_events_left_at_the_end_go_to_the_spool_or_are_counted(spool: Kept) -> None:
    store = Store()
    store.is_away = True
    recorder = Recorder(store, Plain(), settings=RecorderSettings(close_s=0.05), spool=spool)
    recorder.put([an_event("a"), ZONE])
    recorder.put([an_event("b")])
    recorder.close()
    recorder.close()
    assert [e.id for e in spool.events] == ([] if spool.error else ["a", "b"])
    assert recorder.lost["ZoneSample"] == 1
    assert recorder.lost["Event"] == (2 if spool.error else 0)


def test_a_recording_stops_when_its_results_cannot_be_kept() -> None:
    store = Store()
    store.is_away = True
    recorder = Recorder(store, Plain(), settings=RecorderSettings(capacity=2, patient=True))

    def put_many() -> None:
        for n in range(10):
            recorder.put([an_event(f"{n}")])

    with pytest.raises(StoreError, match="disk is full"):
        put_many()
    with pytest.raises(StoreError, match="disk is full"):
        recorder.close()


def test_a_recording_waits_for_room_and_loses_nothing() -> None:
    store = Store()
    with Recorder(store, Plain(), settings=RecorderSettings(capacity=2, patient=True)) as recorder:
        for n in range(300):
            recorder.put([an_event(f"{n}"), ZONE])
    assert store.ids == [f"{n}" for n in range(300)]
    assert recorder.lost == {}


@given(st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=30))
def test_whenever_the_store_fails_every_event_is_there_once_and_in_order(steps: list[tuple[int, bool]]) -> None:
    store, n = Store(), 0
    with Recorder(store, Plain()) as recorder:
        for size, is_away in steps:
            store.is_away = is_away
            recorder.put([an_event(f"{n + k}") for k in range(size)])
            n += size
        store.is_away = False
    assert store.ids == [f"{k}" for k in range(n)]


def stored(folder: Path) -> list[str]:
    with reading(folder / DATABASE) as connection:
        return [event.id for event in query(connection)]


def test_a_database_that_another_program_locks_stops_no_camera_and_loses_nothing(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        records = UnitRecords(Counting(()), AlarmDesk(AlarmPolicy()))
        with Recorder(store, records, settings=RecorderSettings(close_s=60.0)) as recorder:
            with closing(connect(tmp_path / DATABASE, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                for n in range(200):
                    recorder.put([an_event(f"{n:03d}")])
                assert not recorder.flush(0.0)
                other.execute("ROLLBACK")
            assert recorder.flush(60.0)
        assert stored(tmp_path) == [f"{n:03d}" for n in range(200)]


def test_events_of_a_spool_are_imported_once(tmp_path: Path) -> None:
    spool = EventSpool(tmp_path)
    spool.save([an_event("a"), an_event("b")])
    with (tmp_path / "events.spool").open("ab") as file:
        file.write(b"torn by a power c")
    with ResultsStore(tmp_path) as store:
        store.write_records([an_event("a")])
        assert spool.load_into(store) == 2
        assert spool.load_into(store) == 0
    assert stored(tmp_path) == ["a", "b"]
    assert not (tmp_path / "events.spool").exists()
