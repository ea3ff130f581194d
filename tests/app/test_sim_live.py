"""`sim serve --onvif`: the lens of the ONVIF device is that of the served pictures."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import av
import cv2
import pytest
from typer.testing import CliRunner

from passerby.adapters.onvif_camera import OnvifCamera, OnvifLogin
from passerby.adapters.onvif_focus import OnvifFocus
from passerby.app import cameras
from passerby.app.cli import app
from passerby.app.clock import SystemClock
from passerby.app.onvif_login import PASSWORD as VARIABLE
from passerby.app.running_unit import RunningUnit
from passerby.app.sim_live import LiveCamera, live_cameras
from passerby.app.unit_file import UnitFile
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import UsageError
from passerby.contracts.settings import OnvifAccess
from passerby.files.whole import write_whole
from passerby.ingest.open import open_source
from passerby.sim.library import load_scenario
from passerby.sim.onvif_device import PASSWORD, USER
from passerby.sim.serve import find_python
from passerby.sim.station import Station
from passerby.sim.unitfile import unit_yaml
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.results import ResultsStore
from support.fakes import ColourDetector
from support.live_source import PATIENT
from support.waiting import PATIENCE_S, until

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
# Without trains, which would change the picture more than the lens does.
SCENARIO, NAME, SIZE_PX, NEAR = "sways-on-line", "passage-1", (640, 360), 9.0
LENGTH_S = 600.0
# Of the sharp picture. Measured: people who pass change it by 7 %, the defocused lens leaves 35 %.
BLURRED, SHARP = 0.5, 0.85


@dataclass(frozen=True)
class Served:
    """The addresses of one served camera."""

    at: LiveCamera

    def sharpness(self) -> float:
        """Mean squared gradient (Tenengrad) of a picture of the stream as it is now."""
        options = {"rtsp_transport": "tcp"}
        with av.open(self.at.rtsp, options=options, timeout=(PATIENCE_S, PATIENCE_S)) as client:
            frame = next(client.decode(video=0))
        grey = frame.to_ndarray(format="gray").astype("float32")
        return float((cv2.Sobel(grey, -1, 1, 0) ** 2 + cv2.Sobel(grey, -1, 0, 1) ** 2).mean())

    def defocus(self) -> None:
        """Move the lens to 11 cm through ONVIF."""
        with OnvifCamera(OnvifLogin.of(self.at.onvif)) as camera:
            lens = OnvifFocus(camera, camera.profiles()[0].source)
            lens.move_to(NEAR)
            until(lambda: lens.status().position == NEAR)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    try:
        find_python()
    except UsageError as error:
        pytest.skip(str(error))
    folder = tmp_path / "served"
    folder.mkdir()
    # A busy machine draws the scenario again more slowly than a client waits for a picture.
    station = Station(load_scenario(SCENARIO).model_copy(update={"seconds": LENGTH_S}))
    with live_cameras(station, {NAME: SIZE_PX}, folder, port=0) as (_, found):
        yield Served(found[NAME])


def test_the_command_focus_makes_the_served_picture_sharp_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine draws the next picture later than a camera that is not lost sends it.
    monkeypatch.setattr(cameras, "open_source", partial(open_source, patience=PATIENT))
    sharp = served.sharpness()
    served.defocus()
    until(lambda: served.sharpness() < BLURRED * sharp)  # a picture from before may be on its way
    address = served.at.onvif.rpartition("@")[2]
    reported = CliRunner().invoke(
        app, ["cameras", "focus", address, "--user", USER, "--json"], env={VARIABLE: PASSWORD}
    )
    assert reported.exit_code == 0, reported.output
    assert json.loads(reported.stdout)["is_changed"]
    until(lambda: served.sharpness() > SHARP * sharp)


def test_a_unit_with_the_onvif_address_makes_the_picture_sharp_again(served: Served, tmp_path: Path) -> None:
    sharp, folder, file = served.sharpness(), tmp_path / "results", tmp_path / "unit.yaml"
    access = OnvifAccess(address=served.at.onvif, events=False)
    camera = Camera(name="passage", source=served.at.rtsp, analysis_fps=2.0, onvif=access)
    unit = Unit(station="Riverside", cameras=(camera,), recording_mb=0)
    write_whole(file, unit_yaml(unit).encode())
    with ResultsStore(folder) as store:
        running = RunningUnit(unit, folder, store, ColourDetector(), SystemClock(), with_console=False)
        stop = threading.Event()
        thread = threading.Thread(target=running.run, args=(stop, threading.Event(), UnitFile(file, store)))
        thread.start()
        try:
            until(lambda: camera.name in running.cameras.loops)
            until(lambda: running.cameras.loops[camera.name].optics.sharpness is not None)
            served.defocus()
            until(lambda: served.sharpness() < BLURRED * sharp)
            until(lambda: camera.name in running.focused(), within_s=3 * PATIENCE_S)
            report = running.focused()[camera.name]
        finally:
            stop.set()
            thread.join(PATIENCE_S)
        with store.reading() as connection:
            audited = [one.entry.detail for one in audit.rows(connection) if one.entry.act == Act.FOCUSED]
    assert str(report).startswith("blurred: sharper, position 9 to")
    assert audited == [str(report)]
    until(lambda: served.sharpness() > SHARP * sharp)
