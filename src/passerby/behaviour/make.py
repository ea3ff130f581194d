"""Creates the rule objects of a configuration."""

from __future__ import annotations

from collections.abc import Mapping

from passerby.behaviour.counter_flow import CounterFlow
from passerby.behaviour.crossing import Crossings, LineCrossing
from passerby.behaviour.crowding import Crowding
from passerby.behaviour.fall import Fall
from passerby.behaviour.fast_movement import FastMovement
from passerby.behaviour.intrusion import Intrusion
from passerby.behaviour.left_object import LeftObject
from passerby.behaviour.loitering import Loitering
from passerby.behaviour.may_need_help import MayNeedHelp
from passerby.behaviour.queue import Queue
from passerby.behaviour.rule import Rule
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
) -> list[Rule]:
    """Return one object per rule of the camera, in the configuration's order.

    crossings: of each line, by name. least_height_px: the detector hardly finds people with a smaller height.
    While the floor is being learned from people, rules that need a floor are omitted.
    Raises KeyError for an unknown zone or line; the configuration check reports those first.
    """
    areas = {zone.name: Area.of(zone, plane) for zone in camera.zones}
    is_learned = camera.calibration is not None and camera.calibration.people
    made: list[Rule] = []
    for index, rule in enumerate(camera.rules):
        try:
            made.append(_make(index, rule, areas, crossings, plane, least_height_px))
        except CalibrationError:
            if not is_learned:
                raise
    return made


def _make(
    index: int,
    rule: rules.Rule,
    areas: dict[str, Area],
    crossings: Mapping[str, Crossings],
    plane: GroundPlane | None,
    least_height_px: float,
) -> Rule:
    match rule:
        case rules.LineCrossingRule():
            return LineCrossing(index, rule, crossings[rule.line])
        case rules.FastMovementRule():
            return FastMovement(index, rule, areas[rule.zone])
        case rules.LoiteringRule():
            return Loitering(index, rule, areas[rule.zone], _of_kind(areas, "track"), _of_kind(areas, "staff"))
        case rules.IntrusionRule():
            return Intrusion(index, rule, areas[rule.zone])
        case rules.CrowdingRule():
            area = areas[rule.zone]
            floor = None if plane is None else OpenFloor.of(area.zone, plane, least_height_px)
            return Crowding(index, rule, area, floor)
        case _:
            return _on_floor(index, rule, areas[rule.zone], plane)


def _on_floor(
    index: int,
    rule: rules.LeftObjectRule | rules.FallRule | rules.MayNeedHelpRule | rules.CounterFlowRule | rules.QueueRule,
    area: Area,
    plane: GroundPlane | None,
) -> Rule:
    """Create a rule that measures on the floor."""
    match rule:
        case rules.LeftObjectRule():
            return LeftObject(index, rule, area, plane)
        case rules.FallRule():
            return Fall(index, rule, area, plane)
        case rules.MayNeedHelpRule():
            return MayNeedHelp(index, rule, area, plane)
        case rules.CounterFlowRule():
            return CounterFlow(index, rule, area, plane)
        case rules.QueueRule():
            return Queue(index, rule, area, plane)


def _of_kind(areas: dict[str, Area], kind: str) -> list[Area]:
    return [area for area in areas.values() if area.kind == kind]
