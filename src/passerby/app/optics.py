"""`passerby optics`: what each camera's picture is good for, and up to which distance."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.check import picture_wh
from passerby.app.detector_choice import chosen_detector
from passerby.app.options import JsonOption, ModelInputOption, ModelOption
from passerby.app.probes import PROBES
from passerby.app.tables import print_json, print_rows
from passerby.camera.limits import DetectorLimits
from passerby.camera.reach import (
    LEVELS_2014,
    LEVELS_2025,
    RECOGNISABLE_PX_PER_M,
    Reach,
    profile_of,
    reaches,
)
from passerby.camera.shown import nearest_px_per_m, shown_wh
from passerby.config.check import load_checked
from passerby.config.scale import scaled_to
from passerby.contracts.config import Camera
from passerby.contracts.errors import UsageError
from passerby.contracts.results import ModelInfo
from passerby.ground.calibration.calibrate import make_plane

EDITIONS = {"2014": LEVELS_2014, "2025": LEVELS_2025}


@dataclass(frozen=True, slots=True)
class CameraOptics:
    """The answer for one camera. nearest_px_per_m: of the camera's picture at the nearest floor; shown_px_per_m:
    of every picture that passerby shows or stores. is_recognisable: a face near the camera could be recognised in
    the shown picture, if people were not covered."""

    camera: str
    picture_wh: tuple[int, int]
    nearest_px_per_m: float
    shown_px_per_m: float
    is_recognisable: bool
    lines: tuple[Reach, ...]


def optics(
    config: Annotated[Path, typer.Argument(metavar="UNIT.YAML", help="The unit's configuration.")],
    *,
    camera: Annotated[list[str] | None, typer.Option(help="Only this camera; may be repeated.")] = None,
    edition: Annotated[str, typer.Option(help="Edition of EN 62676-4: 2014 or 2025.")] = "2014",
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="Picture size, for example of a substream: 640x360.")
    ] = None,
    model: ModelOption = None,
    model_input: ModelInputOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show up to which distance people are found, speeds are reliable and faces could be recognised.

    Distances are metres on the floor from its nearest visible point, along the middle of the picture.
    """
    if edition not in EDITIONS:
        raise UsageError(f"--edition {edition}: there are {', '.join(EDITIONS)}")
    unit = load_checked(config, probes=replace(PROBES, sources=False)).unit
    names = [one.name for one in unit.cameras]
    for name in camera or ():
        if name not in names:
            raise UsageError(f"--camera {name}: there is none; the configuration has {', '.join(names)}")
    info = chosen_detector(unit, model, model_input).info
    chosen = [one for one in unit.cameras if camera is None or one.name in camera]
    answers = [_optics(one, _size(one, size), info, EDITIONS[edition]) for one in chosen]
    if as_json:
        return print_json([asdict(answer) for answer in answers])
    for answer in answers:
        _print(answer)
    return None


def _optics(camera: Camera, wh: tuple[int, int], info: ModelInfo, levels: dict[str, float]) -> CameraOptics:
    drawn = camera if camera.picture_px else camera.model_copy(update={"picture_px": wh})
    scaled = scaled_to(drawn, wh)
    if scaled.calibration is None or scaled.calibration.people:
        raise UsageError(
            f"camera {camera.name} has no surveyed floor: add points or lengths to its calibration (passerby "
            "calibrate)"
        )
    plane, limits = make_plane(scaled.calibration, wh), DetectorLimits.of(info, wh)
    nearest = nearest_px_per_m(wh, plane) or 0.0
    shown = nearest * shown_wh(wh, plane, camera.redaction.max_px_per_m)[0] / wh[0]
    lines = reaches(profile_of(plane, wh, limits.resolution_px), limits, levels)
    return CameraOptics(camera.name, wh, round(nearest, 1), round(shown, 1), shown >= RECOGNISABLE_PX_PER_M, lines)


def _size(camera: Camera, given: str | None) -> tuple[int, int]:
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
    rows = [
        (line.what, "" if line.px_per_m is None else f"{line.px_per_m:g}", _distance(line))
        for line in answer.lines
    ]
    print_rows(("good for", "px/m", "up to"), rows, "the floor is not in the picture")


def _distance(line: Reach) -> str:
    if line.reach_m is None:
        return "nowhere"
    return f"{line.reach_m:g} m" + (" (end of the view)" if line.is_whole else "")
