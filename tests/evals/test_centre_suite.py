"""The evaluation of a control room, with one kill of each process, and its report."""

from __future__ import annotations

import pytest

from passerby.evals.centre_suite import CentreFault, CentrePlan, KeptAtCentre, centre_report, report_under_faults
from support.databases import needs_nats, needs_postgres
from support.unprivileged import open_folder

FAULTS = (CentreFault("centre", 0.1, 4), CentreFault("nats", 0.2, 5))


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
def test_nothing_is_lost_when_each_process_is_killed() -> None:
    with open_folder() as folder:
        found = report_under_faults(CentrePlan(1, 0.1, "nats", 20261130), folder)
    assert {fault.victim for fault in found.faults} == {"unit", "centre", "nats", "postgresql"}
    assert (found.lost, found.twice, found.disorder) == (0, 0, 0)
    assert found.stored > len(found.faults)
