"""Gives the loops of live cameras the rates that the scheduler decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from passerby.camera.loop import CameraLoop
from passerby.contracts.config import Camera
from passerby.contracts.events import Event
from passerby.contracts.urls import is_live
from passerby.unit.rates import Demand
from passerby.unit.scheduler import Load, Scheduler


def adapt_rates(scheduler: Scheduler, cameras: Sequence[Camera], loops: Mapping[str, CameraLoop]) -> list[Event]:
    """Give the live cameras the rates that the processors can carry; return the events of an overload."""
    loads = {
        camera.name: Load(
            Demand.of(camera),
            loops[camera.name].times.totals().get("frame", (0, 0.0))[1],
            loops[camera.name].losses.behind_s,
        )
        for camera in cameras
        if camera.name in loops and is_live(camera.source)
    }
    rates, events = scheduler.step(loads)
    for name, fps in rates.items():
        loops[name].rate.fps = fps
    return events
