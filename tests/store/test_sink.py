from __future__ import annotations

import threading
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.contracts.ports import EventSink
from passerby.store import alarms, events, samples
from passerby.store.sink import SqliteSink
from support.stored import ALARM, EVENT, HEALTH, LINE, ZONE, an_end, an_event

THREADS, EACH = 4, 500


def test_it_is_an_event_sink(tmp_path: Path) -> None:
    with SqliteSink(tmp_path / "passerby.db") as sink:
        port: EventSink = sink
        port.put(EVENT)
        port.put(EVENT)
        for report in (ZONE, LINE, HEALTH, ALARM):
            port.put_report(report)
        with sink.database.reading() as connection:
            assert list(events.query(connection)) == [EVENT]
            assert list(samples.zone_samples(connection)) == [ZONE]
            assert list(samples.line_samples(connection)) == [LINE]
            assert list(samples.camera_health(connection)) == [HEALTH]
            assert list(alarms.newest(connection)) == [ALARM]


def test_many_cameras_at_once_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    with SqliteSink(tmp_path / "passerby.db") as sink:

        def put(camera: int) -> None:
            for n in range(EACH):
                sink.put(an_event(f"{camera}-{n}", camera=str(camera)))
                if n % 10 == 0:
                    sink.put(an_event(f"all-{n}"))  # everybody tells these

        threads = [threading.Thread(target=put, args=(camera,)) for camera in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with sink.database.reading() as connection:
            ids = [event.id for event in events.query(connection)]
    assert len(ids) == len(set(ids))
    assert set(ids) == {f"{c}-{n}" for c in range(THREADS) for n in range(EACH)} | {
        f"all-{n}" for n in range(0, EACH, 10)
    }
    for camera in range(THREADS):  # and each camera's in the order it told them
        own = [int(i.split("-")[1]) for i in ids if i.startswith(f"{camera}-")]
        assert own == sorted(own)


def test_what_was_open_is_known_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "passerby.db"
    with SqliteSink(path) as sink:
        for event in (an_event("a"), an_event("b"), an_end("a", 1)):
            sink.put(event)
    with SqliteSink(path) as again:
        assert again.open_incidents() == (an_event("b"),)
        again.put(an_end("b", 1))
        assert again.open_incidents() == ()


def test_a_refused_event_leaves_the_sink_usable(tmp_path: Path) -> None:
    with SqliteSink(tmp_path / "passerby.db") as sink:
        with pytest.raises(StoreError, match="CHECK constraint failed"):
            sink.put(an_event(people=-1))
        sink.put(an_event())


def test_a_closed_sink_refuses(tmp_path: Path) -> None:
    sink = SqliteSink(tmp_path / "passerby.db")
    sink.close()
    with pytest.raises(StoreError, match="is closed"):
        sink.put(EVENT)
    with pytest.raises(StoreError, match="is closed"):
        sink.put_report(ZONE)
