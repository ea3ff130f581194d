from __future__ import annotations

from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.store import audit, grants, scopes
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms


@pytest.mark.parametrize(
    ("organisation", "stations", "words"),
    [
        ("press", ["Riverside"], "press is no organisation; give one of station_staff,"),
        ("station_staff", [], "name the stations of this account"),
        ("emergency_services", ["Riverside"], "have no stations"),
        ("traffic_centre", [str(n) for n in range(1001)], "more than 1000"),
    ],
)
def test_a_scope_that_makes_no_sense_is_refused(
    tmp_path: Path, organisation: str, stations: list[str], words: str
) -> None:
    with ResultsStore(tmp_path) as store, pytest.raises(UsageError, match=words):
        store.write(lambda c: scopes.set_scope(c, "anna", organisation, stations, "test"))


def test_a_scope_is_kept_replaced_and_audited(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        store.write(lambda c: scopes.set_scope(c, "anna", "station_staff", ["Riverside", "Mill"], "test"))
        store.write(lambda c: scopes.set_scope(c, "anna", "traffic_centre", ["*"], "test"))
        with store.reading() as connection:
            known = scopes.scope_of(connection, "anna")
            assert known is not None
            assert known.is_everywhere
            assert scopes.scopes(connection) == {"anna": known}
            assert scopes.scope_of(connection, "boris") is None
            said = [row.entry.detail for row in audit.rows(connection)]
    assert said == ["station_staff at Mill, Riverside", "traffic_centre at *"]


@pytest.mark.parametrize(
    ("name", "reason", "minutes", "words"),
    [
        ("anna", "smoke", 30, "anna is no account of emergency services"),
        ("nobody", "smoke", 30, "nobody is no account"),
        ("brigade", " ", 30, "give a reason"),
        ("brigade", "smoke", 0, "1 to 240 minutes"),
        ("brigade", "smoke", 241, "1 to 240 minutes"),
    ],
)
def test_a_grant_needs_emergency_services_a_reason_and_an_end(
    tmp_path: Path, name: str, reason: str, minutes: int, words: str
) -> None:
    with ResultsStore(tmp_path) as store:
        store.write(lambda c: scopes.set_scope(c, "anna", "station_staff", ["Riverside"], "test"))
        store.write(lambda c: scopes.set_scope(c, "brigade", "emergency_services", [], "test"))
        with pytest.raises(UsageError, match=words):
            store.write(lambda c: grants.grant(c, name, "e1", reason, minutes, "anna (console)"))


def test_a_grant_ends_by_itself_or_by_hand_and_is_audited(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        store.write(lambda c: scopes.set_scope(c, "brigade", "emergency_services", [], "test"))
        made = store.write(lambda c: grants.grant(c, "brigade", "e1", "smoke", 30, "anna (console)"))
        with store.reading() as connection:
            assert grants.open_of(connection, "brigade", made.until_ms - 1) == [made]
            assert grants.open_of(connection, "brigade", made.until_ms) == []
            assert grants.open_of(connection, "other", made.made_ms) == []
        store.write(lambda c: grants.end(c, made.row, "anna (console)"))
        with pytest.raises(UsageError, match="ended already"):
            store.write(lambda c: grants.end(c, made.row, "anna (console)"))
        with store.reading() as connection:
            assert grants.open_of(connection, "brigade", now_ms()) == []
            assert [one.alarm for one in grants.of_alarm(connection, "e1")] == ["e1"]
            said = [(row.entry.act, row.entry.what, row.entry.detail) for row in audit.rows(connection)]
    assert said[1:] == [
        ("granted", "e1", f"to brigade until {made.until_utc}: smoke"),
        ("grant ended", "e1", "of brigade"),
    ]
