"""The interface of the simulation: load a scenario, get its pictures with ground truth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from passerby.sim.camera import SimCamera
from passerby.sim.day import station_day
from passerby.sim.faults import Faults, Shot
from passerby.sim.focus import FocusLens
from passerby.sim.geometry import quads_of
from passerby.sim.lens import Sensor
from passerby.sim.library import load_scenario
from passerby.sim.render import Closet, Renderer, people_of
from passerby.sim.scenario import CameraModel, Scenario
from passerby.sim.view import View
from passerby.sim.world import World

FOCUS_M = 8.0


def camera_of(model: CameraModel, size_px: tuple[int, int] | None = None) -> SimCamera:
    """The pinhole camera of a camera's model; `size_px` gives the same view in another size."""
    size = size_px or model.size_px
    focal = size[0] / 2 / np.tan(np.radians(model.hfov_deg) / 2)
    return SimCamera(
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
    """A scenario with a seed and its cameras."""

    def __init__(self, scenario: Scenario, seed: int | None = None) -> None:
        self.scenario = scenario
        self.seed = scenario.seed if seed is None else seed

    @classmethod
    def load(cls, name_or_path: str | Path, seed: int | None = None) -> Station:
        """Load from the library by name, from a file, or the day of a seed by `day-SEED`.

        Raises UsageError or ConfigError.
        """
        day = re.fullmatch(r"day-(\d{1,18})", str(name_or_path))
        return cls(station_day(int(day[1])) if day else load_scenario(name_or_path), seed)

    def model(self, camera: str | None = None) -> CameraModel:
        """One camera's model; without a name the first. Raises KeyError."""
        models = {model.name: model for model in self.scenario.cameras}
        return models[camera or self.scenario.cameras[0].name]

    def world(self, seconds: float) -> World:
        """A new world that can be stepped up to `seconds`."""
        return World(self.scenario, self.seed, seconds)

    def frames(
        self,
        camera: str | None = None,
        seconds: float | None = None,
        *,
        size_px: tuple[int, int] | None = None,
        fps: float | None = None,
        focus_m: Callable[[float], float] | None = None,
        from_s: float = 0.0,
    ) -> Iterator[Shot]:
        """Yield (t_s, picture BGR uint8 (H, W, 3), truth), frame k at k / fps, with the camera's faults.

        `size_px` draws the same view in another size, `fps` samples the same world at another rate. `focus_m`
        returns the focus distance at every frame's time, so that the caller can focus this camera. from_s: frames
        before it are not drawn.
        The truth's t_s is the time of the picture; the yielded time is that of sending.
        """
        model = self.model(camera)
        model = model.model_copy(update={"fps": fps or model.fps, "size_px": size_px or model.size_px})
        length = self.scenario.seconds if seconds is None else seconds
        faults = Faults(self.scenario.faults, model.name, self.seed)
        frames = range(round(from_s * model.fps), round(length * model.fps))
        return faults.timing(self._shots(model, frames, faults, focus_m))

    def _shots(
        self, model: CameraModel, frames: range, faults: Faults, focus_m: Callable[[float], float] | None
    ) -> Iterator[Shot]:
        world, light = self.world(frames.stop / model.fps), self.scenario.light
        closet = Closet(world, self.seed)
        sensor = Sensor(model, light, model.size_px, self.seed)
        home = camera_of(model)
        renderer = self._renderer(home)
        for k in frames:
            t_s = k / model.fps
            pointing = faults.pointing(home, t_s)
            if pointing != renderer.camera:
                renderer = self._renderer(pointing)
            snapshot = world.at(t_s)
            drawn = renderer.draw(snapshot, people_of(snapshot, closet), k + 1)
            lens = FocusLens(home.focal_px, home.size_px[0], focus_m=focus_m(t_s) if focus_m else FOCUS_M)
            lens = faults.lens(lens, t_s)
            bgr = lens.expose(drawn.bgr, drawn.depth_m()) if lens.is_soft() else drawn.bgr
            seen = faults.before_lens(bgr, t_s)
            taken = sensor.picture(seen, t_s, faults.gain(t_s), night=model.night or faults.is_night(t_s))
            yield t_s, faults.spoil(taken, t_s), drawn.truth

    def _renderer(self, camera: SimCamera) -> Renderer:
        light = self.scenario.light
        return Renderer(View(quads_of(self.scenario.layout), camera, light.level), light)
