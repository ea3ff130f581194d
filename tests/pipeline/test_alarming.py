"""Every event reaches the sink, every alarm with it, also when the sink fails in between."""

from __future__ import annotations

import threading

import pytest

from passerby.alarms.desk import AlarmDesk
from passerby.contracts.alarms import Alarm
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Phase
from passerby.contracts.ports import EventSink
from passerby.contracts.settings import AlarmPolicy
from passerby.pipeline.alarming import AlarmingSink
from support.fakes import ListSink
from support.stored import LINE, an_end, an_event


def alarms(sink: ListSink) -> list[tuple[str, Phase]]:
    return [(r.id, r.phase) for r in sink.reports if isinstance(r, Alarm)]


def test_an_alarm_follows_its_event_and_ends_with_the_run() -> None:
    under = ListSink()
    with AlarmingSink(under, AlarmDesk(AlarmPolicy())) as sink:
        port: EventSink = sink
        port.put(an_event("a"))
        port.put_report(LINE)
        assert alarms(under) == [("a", Phase.START)]
    assert alarms(under) == [("a", Phase.START), ("a", Phase.END)]
    assert LINE in under.reports


def test_a_report_s_time_ends_what_has_been_quiet() -> None:
    under = ListSink()
    sink = AlarmingSink(under, AlarmDesk(AlarmPolicy()))
    sink.put(an_event("a", utc=None, at_s=0.0))
    sink.put(an_end("a", 1, utc=None, at_s=0.0))
    sink.put_report(LINE)  # 60 s
    assert alarms(under)[-1] == ("a", Phase.END)


@pytest.mark.parametrize("refused", [1, 2], ids=["the event", "its alarm"])
def test_putting_again_after_a_failure_is_right(refused: int) -> None:
    under = ListSink(refused=frozenset({refused}))
    sink = AlarmingSink(under, AlarmDesk(AlarmPolicy()))
    with pytest.raises(StoreError, match="disk is full"):
        sink.put(an_event("a"))
    sink.put(an_event("a"))
    sink.put(an_event("a"))
    assert alarms(under) == [("a", Phase.START)]
    assert {e.id for e in under.events} == {"a"}


def test_cameras_in_threads_of_their_own_raise_one_alarm_each() -> None:
    under = ListSink()
    sink = AlarmingSink(under, AlarmDesk(AlarmPolicy(flood_alarms=1000)))

    def watch(camera: str) -> None:
        for n in range(50):
            sink.put(an_event(f"{camera}{n}", camera=camera))

    threads = [threading.Thread(target=watch, args=(camera,)) for camera in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(alarms(under)) == [(f"{camera}0", Phase.START) for camera in "abcd"]
    assert len(under.events) == 200
