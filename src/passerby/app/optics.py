"""`passerby optics`: what each camera's picture is good for, and up to which distance."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.camera_optics import CameraOptics, OpticsOf, refuse_without_floor, substream_notes
from passerby.app.check import picture_wh
from passerby.app.detector_choice import chosen_detector
from passerby.app.one_camera import longest_s, opened
from passerby.app.options import JsonOption, ModelInputOption, ModelOption
from passerby.app.probes import PROBES
from passerby.app.tables import print_json, print_rows
from passerby.camera.framing import FrameWanted, LearnedFrame, learned_frame
from passerby.camera.least_stream import WH
from passerby.camera.reach import LEVELS_2014, LEVELS_2025, Reach
from passerby.config.check import load_checked
from passerby.contracts.config import Camera
from passerby.contracts.errors import UsageError
from passerby.files.made import check_folder
from passerby.ingest.open import probe
from passerby.vision.detector import Detector

EDITIONS = {"2014": LEVELS_2014, "2025": LEVELS_2025}


def optics(  # noqa: PLR0913  one parameter an option
    config: Annotated[Path, typer.Argument(metavar="UNIT.YAML", help="The unit's configuration.")],
    *,
    camera: Annotated[list[str] | None, typer.Option(help="Only this camera; may be repeated.")] = None,
    edition: Annotated[str, typer.Option(help="Edition of EN 62676-4: 2014 or 2025.")] = "2014",
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="Picture size, for example of a substream: 640x360.")
    ] = None,
    model: ModelOption = None,
    model_input: ModelInputOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for CAMERA-optics.png: the same, on a redacted still."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(min=1, max=86400, help="Seconds to look for a still; default: 600 of a camera."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show up to which distance people are found, speeds are reliable and faces could be recognised.

    Distances are metres on the floor from its nearest visible point, along the middle of the picture. Exit code 0;
    2 for wrong usage; 3 if there is no picture to draw on.
    """
    if edition not in EDITIONS:
        raise UsageError(f"--edition {edition}: there are {', '.join(EDITIONS)}")
    if out is not None:
        check_folder(out)
    unit = load_checked(config, probes=replace(PROBES, sources=False)).unit
    names = [one.name for one in unit.cameras]
    for name in camera or ():
        if name not in names:
            raise UsageError(f"--camera {name}: there is none; the configuration has {', '.join(names)}")
    detector = chosen_detector(unit, model, model_input)
    chosen = [one for one in unit.cameras if camera is None or one.name in camera]
    for one in chosen:
        refuse_without_floor(one)
    levels, answers = EDITIONS[edition], list[CameraOptics]()
    for one in chosen:
        if out is None:
            answers.append(OpticsOf(one, _size(one, size), detector.info, levels, _substream_wh(one)).answer())
            continue
        still = _still(one, detector, seconds, quiet=as_json)
        wh, substream_wh = _size(one, size) if size else still.picture_wh, _probed_substream_wh(one)
        answers.append(OpticsOf(one, wh, detector.info, levels, substream_wh).drawn(still.image, out))
    if as_json:
        return print_json([asdict(answer) for answer in answers])
    for answer in answers:
        _print(answer)
    return None


def _still(camera: Camera, detector: Detector, seconds: float | None, *, quiet: bool) -> LearnedFrame:
    limit = longest_s(camera, seconds)
    with opened(camera, "learning", limit, quiet=quiet) as (frames, progress):
        return learned_frame(frames, camera, detector, FrameWanted(limit), progress)


def _substream_wh(camera: Camera) -> WH | None:
    return picture_wh(camera.substream) if camera.substream else None


def _probed_substream_wh(camera: Camera) -> WH | None:
    return probe(camera.substream).wh if camera.substream else None


def _size(camera: Camera, given: str | None) -> WH:
    if given is not None:
        w, _, h = given.partition("x")
        if not (w.isdigit() and h.isdigit() and 0 < int(w) <= 16384 and 0 < int(h) <= 16384):
            raise UsageError(f"--size {given}: write width and height in pixels, for example 640x360")
        return int(w), int(h)
    wh = camera.picture_px or picture_wh(camera.source)
    if wh is None:
        raise UsageError(f"camera {camera.name}: its picture size is unknown; give --size, for example 1920x1080")
    return wh


def _print(answer: CameraOptics) -> None:
    w, h = answer.picture_wh
    cap = "a face could be recognised there" if answer.is_recognisable else "too few to recognise a face"
    typer.echo(
        f"{answer.camera}: {w} x {h} px; nearest floor {answer.nearest_px_per_m:g} px/m, shown and stored with "
        f"{answer.shown_px_per_m:g} px/m ({cap}); redaction.max_px_per_m limits it"
    )
    rows = [_row(line) for line in answer.lines]
    if (less := answer.substream) is not None:
        rows += [_row(replace(line, what=f"{line.what}, in the substream")) for line in less.lines]
    print_rows(("good for", "px/m", "up to"), rows, "the floor is not in the picture")
    for note in substream_notes(answer):
        typer.echo(note)
    if answer.image is not None:
        typer.echo(f"{answer.image}: the same on a redacted still")


def _row(line: Reach) -> tuple[str, str, str]:
    return line.what, "" if line.px_per_m is None else f"{line.px_per_m:g}", line.distance
