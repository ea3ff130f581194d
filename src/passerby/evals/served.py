"""A unit with simulated cameras in real time, run as a separate program."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from passerby.contracts.config import Camera, Unit
from passerby.contracts.rules import CrowdingRule, FastMovementRule, LineCrossingRule, LoiteringRule, Rule
from passerby.sim.serve import RtspServer, encode_loop, find_python
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config, unit_yaml


@dataclass(frozen=True, slots=True)
class ServedScene:
    """The cameras' video: the first camera of a scenario, `seconds` of it repeated.

    cameras: number of cameras, all with this view. width_px: of the picture. is_strict: every person triggers a
    rule, in place of the scenario's own rules, so that there are many events.
    """

    scenario: str
    cameras: int = 1
    seconds: float = 60.0
    width_px: int = 640
    analysis_fps: float = 8.0
    is_strict: bool = False


Address = Callable[[str, str], str]
"""Returns the address for the unit from the name of a camera and its own."""


def its_own(_: str, url: str) -> str:
    """Return a camera's own address."""
    return url


@contextmanager
def served(
    scene: ServedScene,
    folder: Path,
    progress: Callable[[float], None] = lambda _: None,
    address: Address = its_own,
) -> Iterator[Path]:
    """Serve the cameras by RTSP on 127.0.0.1; yields the unit.yaml with these cameras.

    progress: called with the finished fraction of the pictures. Raises UsageError if GStreamer is not installed.
    """
    find_python()
    station = Station.load(scene.scenario)
    model = station.model()
    w, h = model.size_px
    size = (scene.width_px // 2 * 2, round(h * scene.width_px / w / 2) * 2)
    frames = scene.seconds * model.fps
    loop = encode_loop(
        station, model.name, folder, scene.seconds, size_px=size, progress=lambda n: progress(n / frames)
    )
    loops = [replace(loop, camera=f"camera-{n}") for n in range(1, scene.cameras + 1)]
    with RtspServer(loops, folder, port=0) as server:
        cameras = [
            unit_config(station.scenario, model, camera_of(model, size), address(name, url))
            .cameras[0]
            .model_copy(update={"name": name, "analysis_fps": scene.analysis_fps})
            for name, url in server.urls.items()
        ]
        if scene.is_strict:
            cameras = [camera.model_copy(update={"rules": strict_rules(camera)}) for camera in cameras]
        path = folder / "unit.yaml"
        path.write_text(unit_yaml(Unit(station=station.scenario.title, cameras=tuple(cameras))), encoding="utf-8")
        yield path


def strict_rules(camera: Camera) -> tuple[Rule, ...]:
    """Return rules that every person triggers, for each line and zone of a camera."""
    rules: list[Rule] = [LineCrossingRule(kind="line_crossing", line=line.name) for line in camera.lines]
    for zone in camera.zones:
        rules += [
            FastMovementRule(kind="fast_movement", zone=zone.name, speed_mps=0.5, hold_s=0.3, travel_m=0.3),
            LoiteringRule(kind="loitering", zone=zone.name, dwell_s=3, gap_s=1),
            CrowdingRule(kind="crowding", zone=zone.name, people=1, hold_s=0.5),
        ]
    return tuple(rules)


@contextmanager
def program(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command with its output in `log`; it is killed at the end if it is still running."""
    with log.open("ab") as out:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            yield child
        finally:
            child.kill()
            child.wait()


def last_line(log: Path) -> str:
    """Return the last line of a program's log."""
    return (log.read_text("utf-8", "replace").splitlines() or ["it said nothing"])[-1]
