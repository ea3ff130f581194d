"""The simulated station as live cameras, with the console: what `passerby demo` shows in a browser."""

from __future__ import annotations

import secrets
import sys
import threading
import webbrowser
from dataclasses import dataclass, field
from pathlib import Path

from passerby.app.run import run_unit
from passerby.app.simulated_camera import SimulatedCamera, SimulatedView
from passerby.console.passwords import hashed
from passerby.console.server import check_free
from passerby.contracts.config import Camera, Unit
from passerby.contracts.settings import ConsoleSettings
from passerby.contracts.time import Clock
from passerby.files.whole import write_whole
from passerby.ingest.source import FrameSource
from passerby.ingest.substream import Substream
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config, unit_yaml
from passerby.store import accounts
from passerby.store.results import ResultsStore
from passerby.vision.detector import Detector

# Drawing takes 15 to 103 ms of processor time per picture and scenario with these, 1.4 cores for all cameras
# together; so they draw in turns, and the first round plays more slowly.
FPS, WIDTH_PX = 5.0, 640
STATION = "Simulated station"
# Name of the camera, and the scenario it shows. Something to act on happens in each within a minute or two.
CAMERAS = (
    ("platform", "demo"),
    ("track", "track-intruder"),
    ("passage", "speeds"),
    ("hall", "hall-rush"),
    ("island", "island"),
    ("faulty", "fault-signal"),
)
ACCOUNT = "demo"
# The cameras have no address; this one cannot exist (RFC 2606), and nothing connects to it.
ADDRESS = "rtsp://simulated.invalid/"
_WELCOME = """\
The simulated station plays live. Open {address} in a browser and log in:
  name      {name}
  password  {password}
The first alarm comes after one or two minutes. Ctrl-C ends the demo.
`passerby demo --once` analyses one minute and prints its events beside the true ones.
"""


@dataclass(frozen=True, slots=True)
class DemoStation:
    """The cameras of the demo: how each is drawn, and its configuration. pencil: see SimulatedCamera."""

    views: dict[str, SimulatedView]
    unit: Unit
    pencil: threading.Lock = field(default_factory=threading.Lock)

    def opened(self, source: str, camera: str, *, clock: Clock, substream: Substream | None = None) -> FrameSource:
        """Return the simulated camera in place of an address."""
        assert source.startswith(ADDRESS)
        assert substream is None
        return SimulatedCamera(self.views[camera], camera, clock, self.pencil)


def demo_station(seed: int | None, port: int) -> DemoStation:
    """Return the station; `seed` changes its people."""
    views, cameras = {}, []
    for name, scenario in CAMERAS:
        station = Station.load(scenario, seed)
        views[name] = SimulatedView(station, station.model().name, picture_size(station), FPS)
        cameras.append(camera_config(name, station))
    console = ConsoleSettings(port=port)
    return DemoStation(views, Unit(station=STATION, cameras=tuple(cameras), console=console, recording_mb=0))


def play(station: DemoStation, detector: Detector, folder: Path, *, browser: bool) -> None:
    """Analyse the cameras and serve the console until interrupted.

    Raises StoreError if the folder is in use, UsageError if the port is.
    """
    check_free(station.unit.console)
    with ResultsStore(folder) as store:
        config = folder / "unit.yaml"
        write_whole(config, unit_yaml(station.unit).encode())
        password = _new_password(store)
        address = f"http://127.0.0.1:{station.unit.console.port}/"
        sys.stdout.write(_WELCOME.format(address=address, name=ACCOUNT, password=password))
        sys.stdout.flush()
        if browser:
            webbrowser.open(address)
        run_unit(station.unit, config, folder, store, detector, opener=station.opened)


def picture_size(station: Station) -> tuple[int, int]:
    """Return width and height of the pictures of the demo, px."""
    width, height = station.model().size_px
    return WIDTH_PX, round(height * WIDTH_PX / width / 2) * 2


def camera_config(name: str, station: Station) -> Camera:
    """Return the configuration of the first camera of a station."""
    model = station.model().model_copy(update={"size_px": picture_size(station)})
    (camera,) = unit_config(station.scenario, model, camera_of(model), ADDRESS).cameras
    return camera.model_copy(update={"name": name, "source": ADDRESS + name, "analysis_fps": FPS})


def _new_password(store: ResultsStore) -> str:
    """Give the account of the demo a new password, known to the person who started it."""
    password = secrets.token_hex(6)
    stored = hashed(password)
    with store.reading() as connection:
        is_new = accounts.account(connection, ACCOUNT) is None
    if is_new:
        store.write(lambda c: accounts.add(c, ACCOUNT, "admin", stored, "passerby demo"))
    else:
        store.write(lambda c: accounts.set_password(c, ACCOUNT, stored, "passerby demo"))
    return password
