"""The evaluation of a control room, with five kills of each process, and its report."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.evals.centre_suite import CentreFault, CentrePlan, KeptAtCentre, centre_report, report_under_faults
from passerby.evals.outbox_suite import check_small_disk
from support.databases import needs_nats, needs_postgres
from support.small_disk import small_disk
from support.unprivileged import open_folder

FAULTS = (CentreFault("killed", "centre", 0.1, 4), CentreFault("gone", "nats", 0.2, 5))


@pytest.mark.parametrize(
    ("found", "missed", "why"),
    [
        (KeptAtCentre(FAULTS, 9, 9, 0, 0, 0), set(), "all arrived"),
        (KeptAtCentre(FAULTS, 9, 8, 1, 0, 0), {"centre.lost"}, "one is missing"),
        (KeptAtCentre(FAULTS, 9, 10, 0, 1, 0), {"centre.twice"}, "one is there twice"),
        (KeptAtCentre(FAULTS, 9, 9, 0, 0, 2), {"centre.disorder"}, "two came before an earlier one"),
        (KeptAtCentre(FAULTS, 1, 1, 0, 0, 0), {"centre.events"}, "so few that nothing could be lost"),
    ],
)
def test_verdicts(found: KeptAtCentre, missed: set[str], why: str) -> None:
    report = centre_report(found, CentrePlan(1, 0.1, "nats", 1))
    assert {aim.key for aim in report.aims if aim.verdict == "missed"} == missed, why


@needs_postgres
@needs_nats
@pytest.mark.slow
def test_nothing_is_lost_when_each_process_is_killed_gone_and_silent() -> None:
    with open_folder() as folder:
        plan = CentrePlan(5, 0.1, "nats", 20261130, gone_s=1.0, silent_s=3.0)
        _assert_kept(plan, report_under_faults(plan, folder))
    assert {what for what, _ in plan.faults} == {"killed", "gone", "silent"}


@needs_postgres
@needs_nats
@pytest.mark.slow
def test_nothing_is_lost_when_the_disks_of_unit_and_postgresql_are_full() -> None:
    with open_folder() as folder, small_disk(folder / "u", 20) as unit, small_disk(folder / "d", 95) as database:
        plan = CentrePlan(0, 0.1, "https", 20261130, gone_s=0.0, silent_s=0.0, disks=(unit, database))
        _assert_kept(plan, report_under_faults(plan, folder))
        assert "No space left on device" in (folder / "pg.log").read_text()
    assert {what for what, _ in plan.faults} == {"disk full"}


def _assert_kept(plan: CentrePlan, found: KeptAtCentre) -> None:
    assert Counter((fault.what, fault.victim) for fault in found.faults) == Counter(plan.faults)
    assert (found.lost, found.twice, found.disorder) == (0, 0, 0)
    assert found.stored > len(found.faults)


def test_a_large_disk_is_not_filled(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is filled; give one of at most 100 MB"):
        check_small_disk(tmp_path)
