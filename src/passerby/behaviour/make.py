"""Creates the rule objects of a configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from passerby.behaviour.counter_flow import CounterFlow
from passerby.behaviour.crossing import LineCrossing
from passerby.behaviour.crowding import Crowding
from passerby.behaviour.fall import Fall
from passerby.behaviour.fast_movement import FastMovement
from passerby.behaviour.intrusion import Intrusion
from passerby.behaviour.left_object import LeftObject
from passerby.behaviour.loitering import Loitering
from passerby.behaviour.may_need_help import MayNeedHelp
from passerby.behaviour.queue import Queue
from passerby.behaviour.rule import Rule
from passerby.behaviour.sides import Crossings
from passerby.contracts import config, rules
from passerby.contracts.errors import CalibrationError
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.visibility.open_floor import OpenFloor


def make_rules(
    camera: config.Camera,
    plane: GroundPlane | None,
    crossings: Mapping[str, Crossings],
    least_height_px: float = 0.0,
) -> list[Rule[Any]]:
    """Return one object per rule of the camera, in the configuration's order.

    crossings: of each line, by name. least_height_px: the detector hardly finds people with a smaller height.
    While the floor is being learned from people, rules that need a floor are omitted.
    Raises KeyError for an unknown zone or line; the configuration check reports those first.
    """
    site = _Site({zone.name: Area.of(zone, plane) for zone in camera.zones}, crossings, plane, least_height_px)
    is_learned = camera.calibration is not None and camera.calibration.people
    made: list[Rule[Any]] = []
    for index, rule in enumerate(camera.rules):
        try:
            made.append(_MAKE[type(rule)](index, rule, site))
        except CalibrationError:
            if not is_learned:
                raise
    return made


@dataclass(frozen=True, slots=True)
class _Site:
    """The places of a camera, as `make_rules` gets them."""

    areas: Mapping[str, Area]
    crossings: Mapping[str, Crossings]
    plane: GroundPlane | None
    least_height_px: float

    def floor(self, zone: str) -> OpenFloor | None:
        return (
            None if self.plane is None else OpenFloor.of(self.areas[zone].zone, self.plane, self.least_height_px)
        )

    def staff(self) -> list[Area]:
        return [area for area in self.areas.values() if area.kind == "staff"]


# One entry a rule.
_MAKE: Mapping[type[rules.Rule], Callable[[int, Any, _Site], Rule[Any]]] = {
    rules.LineCrossingRule: lambda n, rule, site: LineCrossing(n, rule, site.crossings[rule.line]),
    rules.FastMovementRule: lambda n, rule, site: FastMovement(n, rule, site.areas[rule.zone]),
    rules.LoiteringRule: lambda n, rule, site: Loitering(n, rule, site.areas[rule.zone], site.staff()),
    rules.IntrusionRule: lambda n, rule, site: Intrusion(n, rule, site.areas[rule.zone]),
    rules.CrowdingRule: lambda n, rule, site: Crowding(n, rule, site.areas[rule.zone], site.floor(rule.zone)),
    rules.LeftObjectRule: lambda n, rule, site: LeftObject(n, rule, site.areas[rule.zone], site.plane),
    rules.FallRule: lambda n, rule, site: Fall(n, rule, site.areas[rule.zone], site.plane),
    rules.MayNeedHelpRule: lambda n, rule, site: MayNeedHelp(n, rule, site.areas[rule.zone], site.plane),
    rules.CounterFlowRule: lambda n, rule, site: CounterFlow(n, rule, site.areas[rule.zone], site.plane),
    rules.QueueRule: lambda n, rule, site: Queue(n, rule, site.areas[rule.zone], site.plane),
}
