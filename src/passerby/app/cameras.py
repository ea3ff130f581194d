"""`passerby cameras`: find ONVIF cameras, show their streams, clocks and pictures, and focus them."""

from __future__ import annotations

import threading
import time
from contextlib import closing, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from passerby.adapters.onvif_discovery import discover as find_cameras
from passerby.adapters.onvif_focus import OnvifFocus
from passerby.app.actor import enter
from passerby.app.clock import SystemClock
from passerby.app.focus_aid import aid
from passerby.app.frame import frame
from passerby.app.onvif_login import Address, User, connect, stream_of
from passerby.app.options import JsonOption
from passerby.app.tables import print_json, print_rows
from passerby.contracts.errors import InputError
from passerby.contracts.events import Gap
from passerby.contracts.focus import FocusReport
from passerby.ingest.open import open_source
from passerby.ingest.source import FrameSource
from passerby.scene.optics.focus_measure import FocusMeasure
from passerby.store.audit import Act
from passerby.store.results import the_database
from passerby.unit.focus.loop import FocusLoop, FocusServices

app = typer.Typer(
    help="Find ONVIF cameras, show their streams, clocks and pictures, and focus them.", no_args_is_help=True
)

# A login whose time differs by more is refused by many cameras; passerby asks them for their time first.
CLOCK_LIMIT_S = 5.0

app.command()(aid)


@app.command()
def discover(
    *,
    seconds: Annotated[float, typer.Option(min=0.2, max=60, help="How long to wait for answers.")] = 3.0,
    as_json: JsonOption = False,
) -> None:
    """List the ONVIF cameras that answer in the local network."""
    found = find_cameras(seconds)
    if as_json:
        return print_json([asdict(camera) for camera in found])
    rows = [(camera.url, camera.name, camera.hardware) for camera in found]
    print_rows(("address", "name", "hardware"), rows, "no ONVIF camera has answered")
    return None


@app.command()
def show(address: Address, *, user: User = "", as_json: JsonOption = False) -> None:
    """Show the device information and the streams of a camera."""
    with connect(address, user) as camera:
        device, profiles = camera.device(), camera.profiles()
    if as_json:
        return print_json({"device": asdict(device), "profiles": [asdict(profile) for profile in profiles]})
    typer.echo(f"{device.manufacturer} {device.model}, firmware {device.firmware}, serial {device.serial}")
    rows = [
        (one.name, one.encoding, "{} x {}".format(*one.picture_wh), one.fps or "", one.uri) for one in profiles
    ]
    print_rows(("stream", "encoding", "picture", "pictures/s", "address"), rows, "the camera has no streams")
    return None


@app.command("check-clock")
def check_clock(address: Address, *, user: User = "", as_json: JsonOption = False) -> None:
    """Compare a camera's clock with this machine's. Exit code 3 if they differ by more than 5 s."""
    with connect(address, user) as camera:
        offset_s = camera.device().clock_offset_s
    if as_json:
        print_json({"clock_offset_s": offset_s, "is_right": abs(offset_s) <= CLOCK_LIMIT_S})
    else:
        typer.echo(f"the camera's clock is {abs(offset_s):g} s {'ahead' if offset_s > 0 else 'behind'}")
    if abs(offset_s) > CLOCK_LIMIT_S:
        raise InputError("the clocks differ; let the camera and this machine use the same NTP server")


@app.command()
def snapshot(
    address: Address,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FRAME.PNG", help="New file for the picture.")],
    user: User = "",
    seconds: Annotated[
        float | None, typer.Option(min=1, max=86400, help="Seconds to analyse at most; default: 600.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a redacted picture of a camera, as `passerby frame` does: it first learns the background."""
    with connect(address, user) as camera:
        profiles = camera.profiles()
    if not profiles:
        raise InputError(f"camera {address} has no stream")
    frame(stream_of(profiles[0], user), out=out, seconds=seconds, as_json=as_json)


@app.command()
def focus(
    address: Address,
    *,
    user: User = "",
    results: Annotated[
        Path | None, typer.Option("--results", metavar="DIR", help="Enter the result in this unit's audit log.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a camera with a motorised focus to its sharpest picture.

    The lens goes back if nothing is gained. The camera's own autofocus is off afterwards. Stop the analysis of
    this camera first: it takes the moving lens for a blurred camera.
    """
    database = the_database(results) if results else None
    with connect(address, user) as camera:
        profiles = camera.profiles()
        if not profiles:
            raise InputError(f"camera {address} has no stream to measure")
        drive = OnvifFocus(camera, profiles[0].source)
        source = open_source(stream_of(profiles[0], user), "focus", clock=SystemClock())
        with closing(source):
            meter = StreamSharpness(source)
            services = FocusServices(
                meter.measure, time.sleep, nullcontext, lambda report: _audited(database, address, report)
            )
            report = FocusLoop(drive, services).refocus("command")
    if as_json:
        return print_json(asdict(report))
    typer.echo(str(report))
    return None


class StreamSharpness:
    """The sharpness of an opened stream, where nothing moves."""

    def __init__(self, source: FrameSource) -> None:
        source.open()
        self._frames = source.frames(threading.Event())

    def measure(self) -> float:
        """Return the sharpness of the next pictures. Raises InputError if the stream breaks off."""
        measure = FocusMeasure()
        for picture in self._frames:
            if isinstance(picture, Gap):
                raise InputError("the stream of the camera broke off while its lens moved; try again")
            if (sharpness := measure.add(picture)) is not None:
                return sharpness
        raise InputError("the stream of the camera has ended")


def _audited(database: Path | None, address: str, report: FocusReport) -> None:
    if database is not None:
        enter(database, Act.FOCUSED, address, str(report))
