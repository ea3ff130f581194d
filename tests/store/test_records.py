from __future__ import annotations

import threading
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.contracts.events import CameraHealth, LineSample, ZoneSample
from passerby.store import events
from passerby.store.results import ResultsStore
from support.stored import ALARM, EVENT, HEALTH, LINE, ZONE, an_end, an_event

THREADS, EACH = 4, 500


def test_records_of_every_type_are_kept_and_an_event_once(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as sink:
        sink.write_records([EVENT])
        sink.write_records([EVENT])
        for report in (ZONE, LINE, HEALTH, ALARM):
            sink.write_records([report])
        with sink.queries() as queries:
            assert list(queries.events()) == [EVENT]
            assert list(queries.samples(ZoneSample)) == [ZONE]
            assert list(queries.samples(LineSample)) == [LINE]
            assert list(queries.samples(CameraHealth)) == [HEALTH]
            assert list(queries.alarms()) == [ALARM]


def test_many_cameras_at_once_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as sink:

        def put(camera: int) -> None:
            for n in range(EACH):
                sink.write_records([an_event(f"{camera}-{n}", camera=str(camera))])
                if n % 10 == 0:
                    sink.write_records([an_event(f"all-{n}")])  # everybody tells these

        threads = [threading.Thread(target=put, args=(camera,)) for camera in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with sink.reading() as connection:
            ids = [event.id for event in events.query(connection)]
    assert len(ids) == len(set(ids))
    assert set(ids) == {f"{c}-{n}" for c in range(THREADS) for n in range(EACH)} | {
        f"all-{n}" for n in range(0, EACH, 10)
    }
    for camera in range(THREADS):  # and each camera's in the order it told them
        own = [int(i.split("-")[1]) for i in ids if i.startswith(f"{camera}-")]
        assert own == sorted(own)


def test_what_was_open_is_known_after_a_restart(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as sink:
        for event in (an_event("a"), an_event("b"), an_end("a", 1)):
            sink.write_records([event])
    with ResultsStore(tmp_path) as again:
        assert again.resume() == (an_event("b"),)
        again.write_records([an_end("b", 1)])
        assert again.resume() == ()


def test_a_refused_event_leaves_the_sink_usable(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as sink:
        refused = sink.write_records([an_event("a"), an_event("b", people=-1), an_event("c")])
        assert len(refused) == 1
        assert "CHECK constraint failed" in refused[0]
        with sink.reading() as connection:
            assert [event.id for event in events.query(connection)] == ["a", "c"], "the others are kept"


def test_a_closed_sink_refuses(tmp_path: Path) -> None:
    sink = ResultsStore(tmp_path)
    sink.close()
    with pytest.raises(StoreError, match="is closed"):
        sink.write_records([EVENT])
    with pytest.raises(StoreError, match="is closed"):
        sink.write_records([ZONE])
