"""The configuration of a rendered picture of any size passes the check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from passerby.app.probes import PROBES
from passerby.config.check import load_checked
from passerby.contracts.rules import CrowdingRule
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config, unit_yaml


@pytest.mark.parametrize("scenario", ["platform", "counting", "island", "train-fills-picture", "over-the-edge"])
def test_a_small_picture_has_a_configuration_that_check_accepts(tmp_path: Path, scenario: str) -> None:
    station = Station.load(scenario)
    for model in station.scenario.cameras:
        for width in (64, 160, 320, model.size_px[0]):
            size = (width, round(model.size_px[1] * width / model.size_px[0] / 2) * 2)
            small = model.model_copy(update={"size_px": size})
            path = tmp_path / "unit.yaml"
            path.write_text(unit_yaml(unit_config(station.scenario, small, camera_of(small), "video.mp4")))
            assert load_checked(path, probes=replace(PROBES, sources=False)).unit.cameras[0].rules


def test_only_rules_that_cannot_be_measured_are_omitted() -> None:
    station = Station.load("platform")
    model = station.model()
    whole = unit_config(station.scenario, model, camera_of(model), "v").cameras[0].rules
    small = model.model_copy(update={"size_px": (320, 180)})
    kept = unit_config(station.scenario, small, camera_of(small), "v").cameras[0].rules
    assert [rule.kind for rule in whole if rule.kind not in {r.kind for r in kept}] == ["crowding"]
    assert all(rule.density_per_m2 is None for rule in kept if isinstance(rule, CrowdingRule))
