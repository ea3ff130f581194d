"""The processor time of the server for a wall of live pictures, whatever else the machine does.

    python benchmarks/wall.py [--tiles 16] [--width 640] [--fps 2] [--seconds 20]

Analyses a few seconds of the simulated hall to get redacted pictures, then shows them in turn on the live view of
a console with a camera for each tile. A page asks for them, in another process. Drawing, encoding and answering is
all that a wall adds to a unit. Prints the processor time of the server as a share of a core and for each picture:
with all tiles in one request and, in turn in the same run, with one request for each tile.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import secrets
import socket
import threading
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2 as httpx

import passerby
from passerby.app.clock import SystemClock
from passerby.app.finding import NetworkCameras
from passerby.app.running_unit import RunningUnit
from passerby.camera.live_tile import LiveTile
from passerby.console.app import create
from passerby.console.passwords import hashed
from passerby.console.ports import ConsolePorts
from passerby.console.server import WebServer
from passerby.contracts.config import Unit
from passerby.contracts.settings import ConsoleSettings
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.pixels.frame import RawFrame
from passerby.pixels.redact import RedactedImage
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config
from passerby.store import accounts
from passerby.store.results import ResultsStore

SCENARIO, FROM_S, TO_S, ANALYSED_FPS = "hall-rush", 20.0, 26.0, 5.0
NAME = "benchmark"


def hall(width: int) -> tuple[Unit, list[RedactedImage]]:
    """Return a unit with one camera, and redacted pictures of it."""
    station = Station.load(SCENARIO, None)
    model = station.model()
    model = model.model_copy(
        update={"size_px": (width, round(model.size_px[1] * width / model.size_px[0] / 2) * 2)}
    )
    unit = unit_config(station.scenario, model, camera_of(model), "rtsp://simulated.invalid/")
    detector = passerby.load_detector("embedded")
    state = passerby.CameraState(unit.cameras[0], frame_wh=model.size_px, model=detector.info)
    images = []
    shots = station.frames(model.name, TO_S, size_px=model.size_px, fps=ANALYSED_FPS, from_s=FROM_S)
    for number, (t_s, bgr, _) in enumerate(shots):
        frame = RawFrame(unit.cameras[0].name, number, Timestamp(round(t_s * NS_PER_S)), bgr)
        result = state.step(frame, detector.detect([frame])[0])
        if result.scene.look is not None:
            images.append(state.draw(result.scene.look, result))
    return unit, images[len(images) // 2 :]


def show(tiles: list[LiveTile], images: list[RedactedImage], fps: float, stop: threading.Event) -> None:
    """Put a picture on every tile, `fps` times a second."""
    for image in itertools.cycle(images):
        for tile in tiles:
            tile.show(image)
        if stop.wait(1 / fps):
            return


def watch(
    address: str, cookie: str, names: list[str], fps: float, seconds: float, *, together: bool
) -> Counter[int]:
    """Ask for the pictures of a page; return how many came, by status."""
    seen: Counter[int] = Counter()
    asked = [[f":{name}" for name in names]] if together else [[f":{name}"] for name in names]
    with httpx.Client(base_url=address, headers={"cookie": cookie}, timeout=60) as client:
        until_s = due_s = time.monotonic()
        until_s += seconds
        while due_s < until_s:
            for tiles in asked:
                answer = client.get("/live", params={"tile": tiles})
                states = json.loads(answer.content.split(b"\r\n\r\n", 1)[1].split(b"\r\n", 1)[0])
                seen.update(state["status"] for state in states)
            due_s += 1 / fps
            time.sleep(max(0.0, due_s - time.monotonic()))
    return seen


def main() -> None:
    """Serve and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=16)
    parser.add_argument("--width", type=int, default=640)
    parser.add_argument("--fps", type=float, default=2.0)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    unit, images = hall(options.width)
    names = [f"hall-{k + 1}" for k in range(options.tiles)]
    cameras = tuple(unit.cameras[0].model_copy(update={"name": name}) for name in names)
    unit = unit.model_copy(update={"cameras": cameras, "occupancy": ()})
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings = ConsoleSettings(port=free.getsockname()[1])
    with TemporaryDirectory() as folder, ResultsStore(Path(folder)) as store:
        running = RunningUnit(unit, Path(folder), store, passerby.load_detector("embedded"), SystemClock())
        ports = ConsolePorts(
            store,
            running.live,
            running,
            Path(folder),
            running.departures,
            None,
            NetworkCameras(),  # type: ignore[arg-type]
        )
        with WebServer(create(ports, settings), settings):
            cookie = log_in(store, f"http://127.0.0.1:{settings.port}")
            measure(running, names, images, f"http://127.0.0.1:{settings.port}", cookie, options)


def log_in(store: ResultsStore, address: str) -> str:
    """Return the cookie of an operator."""
    password = secrets.token_hex(8)
    store.write(lambda c: accounts.add(c, NAME, "operator", hashed(password), "benchmark"))
    answer = httpx.post(f"{address}/login", data={"name": NAME, "password": password})
    return str(answer.headers["set-cookie"].split(";")[0])


def measure(
    running: RunningUnit, names: list[str], images: list[RedactedImage], address: str, cookie: str, options: Any
) -> None:
    """Print the processor time of both ways to ask, in turn."""
    stop = threading.Event()
    tiles = [running.live.tile(name) for name in names]
    threading.Thread(target=show, args=(tiles, images, options.fps, stop), daemon=True).start()
    wh, size = images[0].wh, len(tiles[0].picture().jpeg) / 1000
    print(f"{options.tiles} tiles of {wh[0]}x{wh[1]} at {options.fps:g} fps, {size:.0f} kB each", flush=True)
    with multiprocessing.get_context("spawn").Pool(1) as page:
        for together in (True, False) * options.times:
            task = (address, cookie, names, options.fps, options.seconds)
            began_s = time.process_time()
            seen = page.apply(watch, task, {"together": together})
            used_s = time.process_time() - began_s
            how = "all tiles in one request" if together else "one request for each tile"
            pictures = seen[200]
            print(
                f"{how:26} {100 * used_s / options.seconds:5.1f} % of a core, "
                f"{1000 * used_s / max(1, pictures):.2f} ms a picture, answers {dict(seen)}",
                flush=True,
            )
    stop.set()


if __name__ == "__main__":
    main()
