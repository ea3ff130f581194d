from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.contracts.events import CameraHealth, EvidenceFile, FlowSample, OccupancySample, ZoneSample
from passerby.store.filters import AlarmFilter, EventFilter, SampleFilter
from passerby.store.queries import querying
from passerby.store.results import DATABASE, ResultsStore
from support.stored import ALARM, EVENT, FLOW, HEALTH, PLACE, ZONE

STILL = EvidenceFile("stills/e1.jpg", "e1", "platform-1", "still", "aa", 1000, 0.0, None)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    with ResultsStore(tmp_path) as store:
        store.write_records([EVENT, ALARM, ZONE, FLOW, PLACE, HEALTH, replace(ZONE, camera="north"), STILL])
    return tmp_path / DATABASE


def test_one_port_answers_for_every_type(database: Path) -> None:
    with querying(database) as queries:
        assert list(queries.events()) == [EVENT]
        assert list(queries.alarms()) == [ALARM]
        assert list(queries.samples(FlowSample)) == [FLOW]
        assert list(queries.samples(OccupancySample)) == [PLACE]
        assert list(queries.samples(CameraHealth)) == [HEALTH]
        assert [file.path for file in queries.evidence("e1")] == ["stills/e1.jpg"]
        assert (queries.evidence("e2"), queries.locks(), queries.days()) == ([], [], [])


def test_filters_limit_the_answer(database: Path) -> None:
    with querying(database) as queries:
        assert [s.camera for s in queries.samples(ZoneSample, SampleFilter(camera=("north",)))] == ["north"]
        assert list(queries.events(EventFilter(kind=("intrusion",)))) == []
        assert list(queries.alarms(AlarmFilter(since=ALARM.at_s, until="2026-03-01T07:46:00Z"))) == [ALARM]


def test_a_time_that_is_none_is_refused(database: Path) -> None:
    with querying(database) as queries, pytest.raises(StoreError, match="'noon' is not a UTC time"):
        queries.samples(ZoneSample, SampleFilter(since="noon"))
