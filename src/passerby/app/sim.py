"""`passerby sim`: list scenarios, render one with its ground truth, or serve its cameras over RTSP."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from passerby.app.demo_live import FPS, WIDTH_PX
from passerby.app.sim_live import live_cameras
from passerby.app.terminal import progress_bar
from passerby.contracts.errors import PasserbyError, UsageError
from passerby.files.made import check_folder, claim
from passerby.sim.encoder import Codec
from passerby.sim.library import health_names, load_scenario, names
from passerby.sim.record import FILES, SimRecording, record, watch
from passerby.sim.serve import EncodedLoop, RtspServer, encode_loop, find_python
from passerby.sim.station import Station
from passerby.sim.truthfiles import TRUTH_FILES, TruthFiles

app = typer.Typer(
    help="The simulated station: video with exact ground truth, without footage of real people.",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of the random numbers; default: the scenario's own.")]
Which = Annotated[
    str, typer.Argument(help="A name from `passerby sim list`, day-SEED for a whole day, or a YAML file.")
]


def _fail(error: PasserbyError) -> typer.Exit:
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"error: {error}", markup=False)
    return typer.Exit(error.exit_code)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the scenarios of the library."""
    rows = [load_scenario(name) for name in [*names(), *health_names()]]
    if as_json:
        fields = (
            {"name": s.name, "title": s.title, "seconds": s.seconds, "cameras": [c.name for c in s.cameras]}
            for s in rows
        )
        typer.echo(json.dumps(list(fields), indent=1))
        return
    table = Table(box=None, pad_edge=False)
    for head in ("scenario", "seconds", "cameras", "description"):
        table.add_column(head, justify="right" if head == "seconds" else "left")
    for s in rows:
        table.add_row(s.name, f"{s.seconds:g}", ", ".join(c.name for c in s.cameras), s.title)
    Console().print(table)


@app.command()
def render(  # noqa: PLR0913  one parameter an option
    scenario: Which,
    *,
    out: Annotated[Path, typer.Option(help="Folder for the video and the ground truth.")],
    seed: Seed = None,
    seconds: Annotated[
        float | None, typer.Option(min=0.04, max=86400, help="Duration in seconds; default: the scenario's own.")
    ] = None,
    from_s: Annotated[
        float,
        typer.Option(min=0, max=86400, help="Begin here, in seconds of the scenario; nothing earlier is drawn."),
    ] = 0.0,
    to_s: Annotated[
        float | None,
        typer.Option(min=0.04, max=86400, help="End here, in seconds of the scenario, in place of --seconds."),
    ] = None,
    camera: Annotated[
        str | None, typer.Option(help="Only this camera; default: all, with one folder each.")
    ] = None,
    width: Annotated[
        int | None, typer.Option(min=64, max=7680, help="Picture width in px; default: the camera's.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Render a scenario: video.mp4, truth files and a unit.yaml for `passerby analyze`."""
    try:
        station = Station.load(scenario, seed)
        cameras = _cameras(station, camera)
        length = _end_s(station.scenario.seconds, from_s, to_s, seconds)
        check_folder(out)
        made = [
            _one(station, name, out if len(cameras) == 1 else out / name, (from_s, length), width, as_json)
            for name in cameras
        ]
    except PasserbyError as error:
        raise _fail(error) from None
    _report(station, made, as_json)


def _end_s(scenario_s: float, from_s: float, to_s: float | None, seconds: float | None) -> float:
    """Return the end of what is drawn, in seconds of the scenario."""
    if to_s is not None and seconds is not None:
        raise UsageError("--to-s and --seconds both set the end; give one of them")
    end_s = to_s if to_s is not None else scenario_s if seconds is None else from_s + seconds
    if from_s >= end_s:
        raise UsageError(f"--from-s {from_s:g}: the pictures end at {end_s:g} s; give an earlier moment")
    return end_s


def _cameras(station: Station, only: str | None) -> list[str]:
    known = [model.name for model in station.scenario.cameras]
    if only is not None and only not in known:
        raise UsageError(f"--camera {only}: scenario {station.scenario.name} has {', '.join(known)}")
    return known if only is None else [only]


def _size(station: Station, camera: str, width: int | None) -> tuple[int, int] | None:
    """Return the picture size for a width; both are even, as the encoder requires."""
    w, h = station.model(camera).size_px
    return None if width is None else (width // 2 * 2, round(h * width / w / 2) * 2)


def _one(
    station: Station, camera: str, folder: Path, span_s: tuple[float, float], width: int | None, quiet: bool
) -> SimRecording:
    size = _size(station, camera, width)
    claim(folder, FILES)
    with _progress(camera, quiet) as progress:
        from_s, to_s = span_s
        return record(station, camera, folder, to_s, size_px=size, progress=progress, from_s=from_s)


def _progress(camera: str, quiet: bool) -> AbstractContextManager[Callable[[float], None]]:
    """Show the finished share of rendering a camera, on a terminal or as lines in a log."""
    return progress_bar(f"rendering {camera}", 1.0, quiet=quiet, lines=True)


def _report(station: Station, made: list[SimRecording], as_json: bool) -> None:
    if as_json:
        rows = [
            {"camera": r.camera, "folder": str(r.folder), "frames": r.frames, "people_max": r.ledger.people_max}
            for r in made
        ]
        typer.echo(
            json.dumps({"scenario": station.scenario.name, "seed": station.seed, "recordings": rows}, indent=1)
        )
        return
    for r in made:
        counts = ", ".join(f"{line}: {n[0]} in, {n[1]} out" for line, n in r.ledger.line_counts().items())
        typer.echo(f"{r.camera}: {r.frames} frames, at most {r.ledger.people_max} people at once. {counts}")
        typer.echo(f"  {r.folder / 'video.mp4'}, truth.json beside it")
        typer.echo(
            f"  next: passerby analyze {r.folder / 'video.mp4'} --config {r.folder / 'unit.yaml'} --out RESULTS"
        )


@app.command()
def day(
    out: Annotated[Path, typer.Option(help="Folder for the ground truth.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of the day.")] = 1,
    hours: Annotated[float, typer.Option(min=0.01, max=24, help="Hours from 04:00 on.")] = 24.0,
    as_json: AsJson = False,
) -> None:
    """Write the ground truth of a day on a platform, without pictures: people, trains, events."""
    try:
        station = Station.load(f"day-{seed}")
        check_folder(out)
        claim(out, TRUTH_FILES)
        camera = station.model().name
        with _progress(camera, as_json) as progress:
            ledger = watch(station, camera, hours * 3600, TruthFiles(out), progress=progress)
    except PasserbyError as error:
        raise _fail(error) from None
    counts, people = ledger.line_counts(), len(ledger.in_view)
    if as_json:
        typer.echo(json.dumps({"seed": seed, "folder": str(out), "people": people, "lines": counts}, indent=1))
    else:
        typer.echo(
            f"{out}: {people} people, " + ", ".join(f"{n}: {a} in, {b} out" for n, (a, b) in counts.items())
        )


@app.command()
def serve(
    scenario: Which,
    seed: Seed = None,
    seconds: Annotated[
        float, typer.Option(min=1, max=3600, help="Duration of the loop that is rendered and then repeated.")
    ] = 60,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port on 127.0.0.1; 0 selects a free one.")
    ] = 8554,
    codec: Annotated[Codec, typer.Option(help="Video codec.")] = "h264",
    width: Annotated[int | None, typer.Option(min=64, max=7680, help="Picture width in px.")] = None,
    onvif: Annotated[
        bool,
        typer.Option(
            "--onvif",
            help="Give each camera an ONVIF device with a motorised lens. Its pictures are drawn with its focus "
            f"while they are served, {FPS:g} per second; --seconds does not count.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the addresses as JSON, in one line, and no progress.")
    ] = False,
) -> None:
    """Serve every camera of a scenario by RTSP on 127.0.0.1, in real time, until Ctrl-C."""
    try:
        station = Station.load(scenario, seed)
        find_python()
        with TemporaryDirectory(prefix="passerby-sim-") as name, ExitStack() as stack:
            folder, cameras = Path(name), _cameras(station, None)
            if onvif:
                sizes = {one: _live_size(station, one, width) for one in cameras}
                server, live = stack.enter_context(live_cameras(station, sizes, folder, port, codec))
                _announce({camera: asdict(addresses) for camera, addresses in live.items()}, as_json)
            else:
                loops = [_loop(station, one, folder, seconds, codec, width, as_json) for one in cameras]
                server = stack.enter_context(RtspServer(loops, folder, port))
                _announce(server.urls, as_json)
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            with suppress(KeyboardInterrupt):
                server.wait()
    except PasserbyError as error:
        raise _fail(error) from None


def _live_size(station: Station, camera: str, width: int | None) -> tuple[int, int]:
    size = _size(station, camera, width or WIDTH_PX)
    assert size is not None
    return size


def _announce(found: Mapping[str, str | dict[str, str]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found))
    for camera, at in found.items() if not as_json else ():
        typer.echo("  ".join([camera, *([at] if isinstance(at, str) else at.values())]))
    sys.stdout.flush()


def _loop(
    station: Station, camera: str, folder: Path, seconds: float, codec: Codec, width: int | None, quiet: bool
) -> EncodedLoop:
    size, total = _size(station, camera, width), round(seconds * station.model(camera).fps)
    with _progress(camera, quiet) as progress:
        return encode_loop(
            station, camera, folder, seconds, codec=codec, size_px=size,
            progress=lambda done: progress(min(done / total, 1.0)),
        )  # fmt: skip
