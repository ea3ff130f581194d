"""Delivery under faults: a short real run, and each fault of delivery is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random

import pytest

from passerby.evals import outbox_receiver, outbox_suite
from passerby.evals.outbox_suite import (
    Delivered,
    OutboxFault,
    OutboxPlan,
    Stand,
    deliver_under_faults,
    outbox_report,
)
from passerby.store import outbox
from passerby.store.results import ResultsStore
from support.small_disk import small_disk
from support.stored import an_event

PLAN = OutboxPlan(times=5, longest_s=0.3, gone_s=2.0, seed=20261130)
SOUND = Delivered((OutboxFault("unit", 0.1, 60.0, 3),), 20, 20, 0, 0, 0, 1)


def missed(found: Delivered) -> set[str]:
    return {aim.key for aim in outbox_report(found, PLAN).aims if aim.verdict == "missed"}


@pytest.mark.parametrize(
    ("found", "key"),
    [
        (SOUND, None),
        (Delivered(SOUND.faults, 0, 0, 0, 0, 0, 0), "outbox.events"),
        (Delivered(SOUND.faults, 20, 19, 1, 0, 0, 1), "outbox.lost"),
        (Delivered(SOUND.faults, 20, 21, 0, 1, 0, 1), "outbox.twice"),
        (Delivered(SOUND.faults, 20, 20, 0, 0, 1, 1), "outbox.disorder"),
    ],
)
def test_each_fault_misses_its_target(found: Delivered, key: str | None) -> None:
    assert missed(found) == ({key} if key else set())


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """A unit with three events of one camera; the receiver has none yet."""
    with ResultsStore(tmp_path / "unit") as store:
        store.write(partial(outbox.begin, destination="centre"))
        store.write_records([an_event(f"e{n}", camera="hall") for n in (1, 2, 3)])
    return Stand(tmp_path, Random(1))


def receive(folder: Path, *numbers: int) -> None:
    with closing(outbox_receiver.opened(folder / "received.db")) as connection:
        for number in numbers:
            assert outbox_receiver.kept(connection, [(f"e{number}", 0, "hall")])


@pytest.mark.parametrize(
    ("arrivals", "counted"),
    [
        ((1, 2, 3), {"lost": 0, "disorder": 0, "repeats": 0}),
        ((1, 3), {"lost": 1, "disorder": 0, "repeats": 0}),
        ((1, 3, 2), {"lost": 0, "disorder": 1, "repeats": 0}),
        ((1, 2, 2, 1, 3), {"lost": 0, "disorder": 0, "repeats": 2}),
    ],
)
def test_what_arrived_is_compared(
    stand: Stand, tmp_path: Path, arrivals: tuple[int, ...], counted: dict[str, int]
) -> None:
    assert stand.waiting() == 3
    receive(tmp_path, *arrivals)
    found = stand.delivered(())
    assert {name: getattr(found, name) for name in counted} == counted
    assert (found.stored, found.twice) == (3, 0)


def test_a_receiver_that_cannot_write_confirms_nothing(tmp_path: Path) -> None:
    with closing(outbox_receiver.opened(tmp_path / "received.db")) as connection:
        connection.execute("PRAGMA query_only = ON")
        assert not outbox_receiver.kept(connection, [("e1", 0, "hall")])
        connection.execute("PRAGMA query_only = OFF")
        assert outbox_receiver.kept(connection, [("e1", 0, "hall")])
    with closing(sqlite3.connect(tmp_path / "received.db")) as connection:
        assert connection.execute("SELECT count(*) FROM arrival").fetchone() == (1,)


@pytest.mark.slow
def test_five_kills_of_both_sides_and_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 30) as folder:
        found = deliver_under_faults(PLAN, folder)
    assert missed(found) == set()
    assert sum(fault.what == "disk full" for fault in found.faults) == 2


@pytest.mark.slow
def test_a_receiver_that_loses_events_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(path: Path) -> list[tuple[str, str, int]]:
        return arrivals(path)[::2]

    arrivals = outbox_suite._arrivals
    monkeypatch.setattr(outbox_suite, "_arrivals", forgetful)
    assert "outbox.lost" in missed(deliver_under_faults(OutboxPlan(1, 0.1, 0.0, 1), tmp_path))
