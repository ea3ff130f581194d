from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from passerby.contracts.alarms import Shelf
from passerby.contracts.errors import UsageError
from passerby.store import audit, handling, shelves
from passerby.store.results import ResultsStore
from passerby.store.shelves import SHELVES
from passerby.store.unshelving import unshelve
from passerby.store.utc import now_ms, utc_text
from support.alarmed import raise_alarm

ONE = ("platform-1", "fast_movement", "platform")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultsStore]:
    """Three alarms of platform-1; staff shelved `run` and `fall`, and nobody did anything about `other`."""
    with ResultsStore(tmp_path) as made:
        for name, kind in (("run", ONE[1]), ("other", ONE[1]), ("fall", "fall")):
            raise_alarm(made, tmp_path, name, kind, still=False)
        until_ms = now_ms() + 60_000
        for name in ("run", "fall"):
            made.write(lambda c, name=name: handling.add(c, name, "shelved", "anna", "sun", until_ms=until_ms))
        yield made


def shelve(store: ResultsStore, camera: str, kind: str = "", place: str = "", for_ms: int = 60_000) -> None:
    shelf = Shelf(utc_text(now_ms() + for_ms), "sun", "anna", camera, kind, place)
    store.write(lambda _: shelves.add(store.folder / SHELVES, shelf))


def ended(store: ResultsStore, camera: str, kind: str = "", place: str = "") -> list[str]:
    """End a shelf as boris; return the alarms that he has unshelved so far."""
    store.write(lambda c: unshelve(c, store.folder / SHELVES, camera, kind, place, "boris"))
    with store.reading() as connection:
        entries = [row.entry for row in audit.rows(connection)]
    found = [one.what for one in entries if one.act == "unshelved" and one.actor == "boris"]
    return [name for name in found if name in ("run", "other", "fall")]


def test_each_alarm_that_staff_shelved_there_gets_the_act(store: ResultsStore) -> None:
    shelve(store, *ONE)
    assert ended(store, *ONE) == ["run"]
    with store.reading() as connection:
        acts = handling.of_alarms(connection, ["run", "fall"])
    assert [(one.act, one.who) for one in acts["run"].acts] == [("shelved", "anna"), ("unshelved", "boris")]
    assert acts["fall"].shelved_until_ms is not None


def test_an_alarm_that_another_shelf_covers_stays_shelved(store: ResultsStore) -> None:
    shelve(store, *ONE)
    shelve(store, "platform-1")
    assert ended(store, *ONE) == []
    assert ended(store, "platform-1") == ["run", "fall"]


def test_a_shelf_whose_time_is_over_ends_no_shelving(store: ResultsStore) -> None:
    shelve(store, *ONE, for_ms=-1000)
    assert ended(store, *ONE) == []


def test_without_such_a_shelf_nothing_is_changed(store: ResultsStore) -> None:
    shelve(store, *ONE)
    with pytest.raises(UsageError, match="no shelved alarms match camera hall"):
        ended(store, "hall")
    with store.reading() as connection:
        assert [row.entry.act for row in audit.rows(connection)] == ["shelved", "shelved"]
    assert len(shelves.load(store.folder / SHELVES)) == 1
