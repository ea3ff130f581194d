"""The keys of a unit's configuration that the centre may set. A key that is not listed here is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_RULE_KEYS = (
    "kind severity cooldown_s schedule zone line track direction direction_px speed_mps hold_s travel_m sigmas"
    " min_people doors_quiet_s clock dwell_s gap_s departures density_per_m2 people clear_ratio head_px length_m"
    " gap_m still_s distance_m lying_s edge_dwell_s pacing_turns pacing_leg_m pacing_window_s object_still_s"
)
SETTABLE: Mapping[str, frozenset[str]] = {
    "": frozenset({"cameras", "alarms", "occupancy"}),
    "alarms": frozenset({"rearm_s", "flood_alarms", "flood_window_s", "budget_per_camera_day"}),
    # A camera is chosen by its name; the name itself, and which cameras there are, is the unit's.
    "cameras[]": frozenset({"picture_px", "analysis_fps", "idle_fps", "zones", "lines", "rules"}),
    "cameras[].zones[]": frozenset({"name", "kind", "polygon_px", "levels", "levels_per_m2"}),
    "cameras[].lines[]": frozenset({"name", "from_px", "to_px"}),
    "cameras[].rules[]": frozenset(_RULE_KEYS.split()),
    "cameras[].rules[].schedule": frozenset({"begins", "ends", "days"}),
    "occupancy[]": frozenset({"name", "lines", "views", "empty_s", "closed_at", "timezone"}),
    "occupancy[].lines[]": frozenset({"camera", "line", "inwards"}),
    "occupancy[].views[]": frozenset({"camera", "zone"}),
}
"""Keys by their place in the configuration, as `config.walk` names places."""


def refused_keys(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys that the centre may not set, as `cameras.Hall 1.source`; empty if there is none.

    settings: as in `DesiredConfig`.
    """
    cameras = settings.get("cameras", {})
    named = cameras if isinstance(cameras, Mapping) else {}
    found = [*_refused({key: value for key, value in settings.items() if key != "cameras"}, "", "")]
    for name, camera in named.items():
        found += _refused(camera, "cameras[]", f"cameras.{name}")
    return (*found, *(() if named is cameras else ("cameras",)))


def _refused(value: Any, place: str, shown: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inside in value.items():
            path = f"{shown}.{key}" if shown else str(key)
            if key not in SETTABLE.get(place, frozenset()):
                yield path
            else:
                yield from _refused(inside, f"{place}.{key}" if place else str(key), path)
    elif isinstance(value, list | tuple):
        for i, one in enumerate(value):
            # A list in a list is a list of points: it has no keys.
            yield from _refused(one, place if place.endswith("[]") else f"{place}[]", f"{shown}[{i}]")
