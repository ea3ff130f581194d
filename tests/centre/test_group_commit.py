"""Reports that arrive during a commit share the next one; one that does not fit stops no other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from passerby.centre.group_commit import MOST_TOGETHER, GroupCommit
from passerby.centre.store.keep import Arrival
from passerby.contracts.errors import StoreError
from passerby.contracts.reports import UnitReport
from support.databases import needs_postgres
from support.waiting import until

REPORT = UnitReport(version="0.9", sent_ms=1)


class Writer:
    """Notes each transaction. The first one waits until it may go on; the tokens of `unfit` divide by zero."""

    def __init__(self, unfit: Sequence[str] = (), broken: str = "") -> None:
        self.groups = list[list[str]]()
        self.may_go = threading.Event()
        self._unfit, self._broken = unfit, broken

    def __call__(self, connection: Connection, arrivals: Sequence[Arrival]) -> frozenset[str]:
        tokens = [one.token_sha256 for one in arrivals]
        self.groups.append(tokens)
        if len(self.groups) == 1:
            assert self.may_go.wait(60)
        if self._broken in tokens:
            raise StoreError("the disk is full")
        for token in tokens:
            if token in self._unfit:
                connection.execute(text("SELECT 1/0"))
        return frozenset(tokens) - {"stranger"}


def kept(engine: Engine, writer: Writer, tokens: Sequence[str]) -> dict[str, bool | str]:
    """Return what became of the reports: the first one is being committed when the others arrive."""
    commits = GroupCommit(engine, writer)

    def keep(token: str) -> bool | str:
        try:
            return commits.keep(Arrival(token, REPORT, 0))
        except StoreError as error:
            return str(error)

    with ThreadPoolExecutor(len(tokens)) as pool:
        made = {}
        for number, token in enumerate(tokens):
            made[token] = pool.submit(keep, token)
            until(lambda number=number: len(commits._queue) == number + 1)  # type: ignore[misc]
        writer.may_go.set()
        return {token: one.result(60) for token, one in made.items()}


def test_what_arrives_during_a_commit_shares_the_next_one() -> None:
    writer, names = Writer(), [*(f"u{n}" for n in range(MOST_TOGETHER + 5)), "stranger"]
    found = kept(create_engine("sqlite://"), writer, names)
    assert found == {name: name != "stranger" for name in names}
    assert [len(group) for group in writer.groups] == [1, MOST_TOGETHER, 5]
    assert [name for group in writer.groups for name in group] == names


def test_a_database_that_fails_fails_the_whole_group_at_once_and_the_next_one_is_tried() -> None:
    writer = Writer(broken="u1")
    found = kept(create_engine("sqlite://"), writer, ["u0", "u1", "u2"])
    assert found == {"u0": True, "u1": "the disk is full", "u2": "the disk is full"}
    assert GroupCommit(create_engine("sqlite://"), writer).keep(Arrival("u2", REPORT, 0))


@needs_postgres
@pytest.mark.slow
def test_a_report_that_does_not_fit_stops_no_other(engine: Engine) -> None:
    writer = Writer(unfit=["u2"])
    found = kept(engine, writer, ["u0", "u1", "u2", "u3"])
    assert "division by zero" in str(found.pop("u2"))
    assert found == {"u0": True, "u1": True, "u3": True}
    assert writer.groups[2:] == [["u1"], ["u2"], ["u3"]]
