"""The unit.yaml of a rendered video: true calibration, zones, lines and the scenario's rules."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML

from passerby.contracts.config import Camera as CameraConfig
from passerby.contracts.config import Unit
from passerby.contracts.rules import CrowdingRule, FastMovementRule, Rule, scaled_rule
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.calibration.spread import spans
from passerby.ground.geometry.places import Area
from passerby.ground.motion.reach import reliable_share
from passerby.sim.camera import SimCamera
from passerby.sim.scenario import CameraModel, Scenario
from passerby.sim.truthfiles import camera_summary


def unit_config(scenario: Scenario, model: CameraModel, camera: SimCamera, source: str) -> Unit:
    """A unit with this camera.

    Rules with a zone or line that the camera does not see are omitted, and those whose figures cannot be measured
    in a small picture. A small picture may also show too few points for a calibration.
    """
    seen = camera_summary(scenario, model, camera)
    zones = [
        {"name": z["name"], "kind": z["kind"], "polygon_px": z["polygon_px"]}
        for z in seen["zones"]
        if z["polygon_px"]
    ]
    lines = [{"name": n["name"], "from_px": n["px"][0], "to_px": n["px"][1]} for n in seen["lines"] if n["px"]]
    places = {place["name"] for place in [*zones, *lines]}
    drawn = next(c for c in scenario.cameras if c.name == model.name).size_px
    kx, ky = camera.size_px[0] / drawn[0], camera.size_px[1] / drawn[1]
    rules = [
        scaled_rule(rule, kx, ky)
        for rule in model.rules
        if getattr(rule, "zone", getattr(rule, "line", "")) in places
    ]
    config = CameraConfig.model_validate(
        {
            "name": model.name,
            "source": source,
            "picture_px": list(camera.size_px),
            "calibration": seen["calibration"] if _determines_a_floor(seen["calibration"]["points"]) else None,
            "zones": zones,
            "lines": lines,
            "rules": [rule.model_dump(exclude_defaults=True) for rule in rules],
        }
    )
    return Unit(station=scenario.title, cameras=(_measurable(config, camera.size_px),))


def _determines_a_floor(points: list[dict[str, Any]]) -> bool:
    return len(points) >= 4 and all(spans([point[key] for point in points]) for key in ("px", "m"))


def _measurable(camera: CameraConfig, wh: tuple[int, int]) -> CameraConfig:
    """Return the camera without rules about a speed or density that would be unknown everywhere."""
    if camera.calibration is None:
        return camera
    plane, zones = make_plane(camera.calibration, wh), {zone.name: zone for zone in camera.zones}

    def is_known(rule: Rule) -> bool:
        if isinstance(rule, CrowdingRule):
            return rule.density_per_m2 is None or Area.of(zones[rule.zone], plane).area_m2 is not None
        if isinstance(rule, FastMovementRule):
            return reliable_share(zones[rule.zone].polygon_px, plane, wh) > 0
        return True

    return camera.model_copy(update={"rules": tuple(filter(is_known, camera.rules))})


def unit_yaml(unit: Unit) -> str:
    """A unit as the text of unit.yaml."""
    yaml, out = YAML(), io.StringIO()
    yaml.default_flow_style = None
    yaml.width = 120
    yaml.dump(_plain(unit.model_dump(mode="json", exclude_defaults=True)), out)
    return out.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value
