"""The door to the simulation: load a scenario, take its pictures with their truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from passerby.pixels.frame import U8
from passerby.sim.camera import Camera
from passerby.sim.geometry import quads_of
from passerby.sim.lens import Sensor
from passerby.sim.library import load_scenario
from passerby.sim.render import Closet, Renderer, people_of
from passerby.sim.scenario import CameraModel, Scenario
from passerby.sim.truth import FrameTruth
from passerby.sim.view import View
from passerby.sim.world import World


def camera_of(model: CameraModel, size_px: tuple[int, int] | None = None) -> Camera:
    """The pinhole camera of a camera's model; `size_px` gives the same view in another size."""
    size = size_px or model.size_px
    focal = size[0] / 2 / np.tan(np.radians(model.hfov_deg) / 2)
    return Camera(
        name=model.name,
        position_m=model.position_m,
        yaw_deg=model.yaw_deg,
        tilt_deg=model.tilt_deg,
        roll_deg=model.roll_deg,
        focal_px=float(focal),
        size_px=size,
        distortion=model.distortion,
    )


class Station:
    """A scenario with a seed, ready to be watched by its cameras."""

    def __init__(self, scenario: Scenario, seed: int | None = None) -> None:
        self.scenario = scenario
        self.seed = scenario.seed if seed is None else seed

    @classmethod
    def load(cls, name_or_path: str | Path, seed: int | None = None) -> Station:
        """Load from the library by name, or from a file. Raises UsageError or ConfigError."""
        return cls(load_scenario(name_or_path), seed)

    def model(self, camera: str | None = None) -> CameraModel:
        """One camera's model; the first without a name. Raises KeyError."""
        models = {model.name: model for model in self.scenario.cameras}
        return models[camera or self.scenario.cameras[0].name]

    def world(self, seconds: float) -> World:
        """A fresh world that can be stepped up to `seconds`."""
        return World(self.scenario, self.seed, seconds)

    def frames(
        self,
        camera: str | None = None,
        seconds: float | None = None,
        *,
        size_px: tuple[int, int] | None = None,
        fps: float | None = None,
        from_s: float = 0.0,
    ) -> Iterator[tuple[float, U8, FrameTruth]]:
        """Yield (t_s, picture BGR uint8 (H, W, 3), truth), frame k at from_s + k / fps, without faults of the camera.

        `size_px` draws the same view in another size, `fps` samples the same world at another rate.
        """
        model = self.model(camera)
        if fps is not None or size_px is not None:
            model = model.model_copy(update={"fps": fps or model.fps, "size_px": size_px or model.size_px})
        length = self.scenario.seconds if seconds is None else seconds
        world = self.world(from_s + length)
        closet = Closet(world, self.seed)
        light = self.scenario.light
        renderer = Renderer(View(quads_of(self.scenario.layout), camera_of(model), light.level), light)
        sensor = Sensor(model, light, model.size_px, self.seed)
        for k in range(round(length * model.fps)):
            snapshot = world.at(from_s + k / model.fps)
            clean, truth = renderer.draw(snapshot, people_of(snapshot, closet), k + 1)
            yield snapshot.t_s, sensor.picture(clean, snapshot.t_s), replace(truth, number=k + 1)
