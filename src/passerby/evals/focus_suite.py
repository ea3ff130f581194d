"""Suite `focus`: the focus loop on models of lenses, from random starts."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np

from passerby.contracts.focus import FocusReport
from passerby.evals.lens_models import MODELS, LensModel, ModelDrive
from passerby.evals.result import Aim, Report, Table
from passerby.unit.focus.loop import FocusLoop, FocusServices

SHARP = 0.98


@dataclass(frozen=True, slots=True)
class FocusTrial:
    """One refocus. sharpness: true, at the end, of the best possible."""

    report: FocusReport
    sharpness: float


def refocused(model: LensModel, seed: int) -> FocusTrial:
    """Refocus one lens from its random start."""
    drive = ModelDrive(model, seed)
    services = FocusServices(drive.measure, lambda _: None, nullcontext, lambda _: None)
    report = FocusLoop(drive, services).refocus("trial")
    return FocusTrial(report, drive.sharpness())


def focus_suite(starts: int = 1000) -> Report:
    """Refocus every model `starts` times."""
    trials = {model: [refocused(model, seed) for seed in range(starts)] for model in MODELS}
    everything = [trial for of_model in trials.values() for trial in of_model]
    counts = [trial.report.measurements for trial in everything]
    return Report(
        suite="focus",
        title="Autofocus on models of lenses",
        settings=(("starts", f"{starts} per model, anywhere in the travel"),),
        tables=(_table(trials),),
        aims=(
            Aim("focus.median", "measurements, median", 8, float(np.median(counts))),
            Aim("focus.most", "measurements, most", 16, float(max(counts))),
            Aim("focus.sharp", f"at least {SHARP:.0%} of the best", 1.0, _share(everything), "", True),
        ),
    )


def _share(trials: list[FocusTrial]) -> float:
    return float(np.mean([trial.sharpness >= SHARP for trial in trials]))


def _table(trials: dict[LensModel, list[FocusTrial]]) -> Table:
    rows = tuple(
        (
            model.name,
            float(np.median([trial.report.measurements for trial in of_model])),
            max(trial.report.measurements for trial in of_model),
            round(_share(of_model), 4),
            round(min(trial.sharpness for trial in of_model), 3),
        )
        for model, of_model in trials.items()
    )
    heads = ("lens", "measurements, median", "most", f"share at {SHARP:.0%} of the best", "worst sharpness")
    return Table("Lenses", heads, rows)
