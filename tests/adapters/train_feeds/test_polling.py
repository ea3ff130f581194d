"""A feed over real HTTP: departures come once, and failures are survived."""

from __future__ import annotations

import logging
from contextlib import closing

import pytest

from passerby.adapters.train_feeds import polling
from passerby.adapters.train_feeds.polling import FeedPoller
from passerby.adapters.train_feeds.siri import siri_calls
from support.clock import FakeClock
from support.feed_server import FeedServer
from support.train_feeds import estimated, siri
from support.waiting import until

BOTH = ["track 1", "north track"]
AT = 1_772_352_000.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "EVERY_S", 0.01)
    monkeypatch.setattr(polling, "MOST_PAUSE_S", 0.02)


def poller(server: FeedServer, departed: list[str], clock: FakeClock) -> FeedPoller:
    return FeedPoller(server.url, siri_calls, {"S1": ["track 1", "north track"]}, departed.append, clock)


def test_a_departure_is_reported_with_the_tracks_of_all_cameras() -> None:
    clock, departed = FakeClock(utc_s=AT - 60), list[str]()
    with FeedServer(siri(estimated("j1", "S1", AT), estimated("j2", "S2", AT))) as server:
        with closing(poller(server, departed, clock)):
            until(lambda: server.asked > 2)
            assert departed == []
            clock.pass_s(61.0)
            until(lambda: departed == BOTH)
            seen = server.asked
            until(lambda: server.asked > seen + 3)
        assert departed == BOTH, "not again with each answer"


@pytest.mark.parametrize("body", [b"", b"<html/>", b"x" * 30_000])
def test_a_feed_that_fails_is_asked_again(
    body: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(polling, "MOST_BYTES", 20_000)
    clock, departed = FakeClock(utc_s=AT - 60), list[str]()
    with FeedServer(body) as server, caplog.at_level(logging.INFO), closing(poller(server, departed, clock)):
        until(lambda: server.asked > 3)
        server.body = siri(estimated("j1", "S1", AT))
        until(lambda: "answers again" in caplog.text)
        clock.pass_s(61.0)
        until(lambda: departed == BOTH)
    assert caplog.text.count("asking again") == 1, "one warning for one failure"


def test_the_key_of_an_address_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    departed = list[str]()
    with FeedServer(b"", path="/feed?key=geheim") as server, closing(poller(server, departed, FakeClock())):
        until(lambda: "asking again" in caplog.text)
    assert "geheim" not in caplog.text
