"""The tables of the fleet on PostgreSQL: enrol, roll out, halt and undo."""

import pytest

from passerby.contracts.errors import UsageError
from support.databases import new_database, running_postgres
from support.fleet_centres import FleetCentre
from support.fleets import LINE

pytestmark = pytest.mark.slow


def test_a_halted_rollout_is_undone(tmp_path):
    settings = {"cameras": {"Hall 1": {"lines": [LINE]}}}
    with running_postgres() as server, new_database(server) as engine:
        centre = FleetCentre(engine)
        fleet = {f"u{s}": centre.join(f"u{s}", s, tmp_path / s) for s in "ab"}
        before = fleet["ua"].file.text
        centre.desk.begin(dict.fromkeys(fleet, settings), ["a"], "anna")
        fleet["ua"].ask()
        assert "doors" in fleet["ua"].file.text
        fleet["ua"].failing = 1
        fleet["ua"].ask()
        assert centre.desk.step().kind == "halt"
        fleet["ua"].ask()
        assert fleet["ua"].file.text == before
        assert fleet["ub"].file.saved == []
        centre.desk.revoke("ub", "anna")
        with pytest.raises(UsageError, match="revoked"):
            fleet["ub"].ask()
