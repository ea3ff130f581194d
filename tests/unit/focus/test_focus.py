"""The focus loop on lens models and on lenses that misbehave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from passerby.contracts.errors import InputError
from passerby.contracts.focus import FocusReport, FocusStatus
from passerby.evals.focus_suite import focus_suite, refocused
from passerby.evals.lens_models import MODELS, LensModel, ModelDrive
from passerby.unit.focus.loop import FocusLoop, FocusServices
from passerby.unit.focus.search import MOST, find_focus


class Log:
    """What the loop asked of its services."""

    def __init__(self, measure: Callable[[], float]) -> None:
        self.reports: list[FocusReport] = []
        self.is_paused, self.measured_unpaused, self._measure = False, 0, measure

    def services(self) -> FocusServices:
        return FocusServices(self._one, lambda _: None, self._pause, self.reports.append)

    def _one(self) -> float:
        self.measured_unpaused += not self.is_paused
        return self._measure()

    @contextmanager
    def _pause(self) -> Iterator[None]:
        self.is_paused = True
        yield
        self.is_paused = False


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_a_lens_is_brought_to_its_best_from_anywhere(model: LensModel) -> None:
    trials = [refocused(model, seed) for seed in range(150)]
    counts = [trial.report.measurements for trial in trials]
    assert np.median(counts) <= 8
    assert max(counts) <= MOST
    assert np.mean([trial.sharpness >= 0.98 for trial in trials]) >= 0.97


def test_the_suite_reports_its_targets() -> None:
    figures = {aim.key: aim.figure for aim in focus_suite(20).aims}
    assert figures["focus.most"] is not None
    assert figures["focus.most"] <= 16


def test_a_lens_in_focus_is_measured_once_and_stays() -> None:
    found = find_focus(lambda _: 0.995, 0.4, (0.0, 1.0), usual=1.0)
    assert (found.position, found.measurements) == (0.4, 1)


def test_rules_are_paused_and_the_report_is_audited() -> None:
    drive = ModelDrive(MODELS[0], 3)
    log = Log(drive.measure)
    report = FocusLoop(drive, log.services()).refocus("regular check")
    assert (report.is_changed, report.reason, log.reports) == (True, "regular check", [report])
    assert (log.is_paused, log.measured_unpaused) == (False, 0)
    assert report.after > report.before


def test_a_lens_that_gets_no_sharper_goes_back() -> None:
    drive = ModelDrive(MODELS[0], 3)
    drive.move_to(0.37)
    readings = iter([1.0, *[0.4] * 40])
    report = FocusLoop(drive, Log(lambda: next(readings)).services()).refocus("blurred")
    assert (report.is_changed, report.to_position, drive.status().position) == (False, 0.37, 0.37)


class Stubborn(ModelDrive):
    """A drive with one defect."""

    def __init__(self, defect: str) -> None:
        super().__init__(MODELS[0], 5)
        self.defect, self.moves, self.stops = defect, 0, 0

    def status(self) -> FocusStatus:
        position = super().status().position
        if self.defect == "silent":
            return FocusStatus(None, False)
        if self.moves and self.defect == "endless":
            return FocusStatus(position, True)
        if self.moves and self.defect == "elsewhere":
            return FocusStatus(-5.0, False)
        return FocusStatus(position, False, "motor" if self.moves and self.defect == "error" else "")

    def move_to(self, position: float) -> None:
        self.moves += 1
        super().move_to(position)

    def stop(self) -> None:
        self.stops += 1


DEFECTS = [
    ("silent", "reports no focus position"),
    ("endless", "has not arrived after 20 s"),
    ("elsewhere", "the lens is at -5 instead of"),
    ("error", r"focus error \(motor\)"),
]


@pytest.mark.parametrize(("defect", "says"), DEFECTS)
def test_a_lens_that_misbehaves_is_stopped_and_the_rules_go_on(defect: str, says: str) -> None:
    drive = Stubborn(defect)
    start = drive._told
    log = Log(drive.measure)
    with pytest.raises(InputError, match=says):
        FocusLoop(drive, log.services()).refocus("blurred")
    assert log.reports == []
    assert (drive.stops >= 1, drive._told) == (defect != "silent", start)
