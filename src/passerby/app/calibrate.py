"""`passerby calibrate`: learn a camera's floor from walking people, or report the accuracy of its calibration."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from passerby.app.calibration_table import print_found
from passerby.app.detector_choice import chosen_detector
from passerby.app.one_camera import (
    CameraOption,
    ConfigOption,
    OneCamera,
    SourceArgument,
    longest_s,
    opened,
)
from passerby.app.options import JsonOption, ModelInputOption, ModelOption, RuntimeOption, ScoreOption
from passerby.camera.watching import CalibrationFootage, watch_walkers
from passerby.config.scale import scaled_to
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import Camera
from passerby.contracts.errors import CalibrationError, UsageError
from passerby.files.made import check_folder, write_claimed
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.calibration.prior import Prior, prior_of
from passerby.ground.calibration.quality import Band, Miss, bands, floor_grid, horizon, point_misses, usable_share
from passerby.ground.calibration.selfcal import WalkerFit, fit_walkers
from passerby.ground.calibration.survey import next_step
from passerby.ground.geometry.mounting import WH, floor_of
from passerby.ground.geometry.plane import GroundPlane
from passerby.pixels.floor_lines import grid_png


@dataclass(frozen=True, slots=True)
class CalibratedFloor:
    """A floor and its accuracy. fit: None if it was not learned from people."""

    camera: str
    picture_wh: WH
    fit: WalkerFit | None
    rms_cm: float | None
    misses: list[Miss]
    bands: list[Band]
    usable: float
    seconds: float
    image: str | None


def calibrate(  # noqa: PLR0913  one parameter an option
    source: SourceArgument = None,
    *,
    config: ConfigOption = None,
    camera: CameraOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for grid.png, a redacted still with the metre grid."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(min=1, max=86400, help="Seconds to analyse; default: all of a file, 600 of a live camera."),
    ] = None,
    hfov_deg: Annotated[
        float | None, typer.Option(min=5, max=170, help="Horizontal field of view from the data sheet.")
    ] = None,
    tilt_deg: Annotated[
        float | None,
        typer.Option(
            min=0, max=90, help="Angle by which the camera looks down, measured with a phone at the camera."
        ),
    ] = None,
    height_m: Annotated[
        float | None, typer.Option(min=0.6, max=50, help="Height of the camera above the floor, metres.")
    ] = None,
    model: ModelOption = None,
    model_input: ModelInputOption = None,
    score: ScoreOption = None,
    runtime: RuntimeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Learn a camera's floor from walking people, or report the accuracy of its points and lengths.

    Exit code 0; 2 if the data does not determine the floor; 3 if there is no picture.
    """
    if out is not None:
        check_folder(out)
    one = OneCamera.of("calibrate", source, config, camera)
    given = {"hfov_deg": hfov_deg, "tilt_deg": tilt_deg, "height_m": height_m}
    chosen = _with(one.camera, {key: value for key, value in given.items() if value is not None})
    detector = chosen_detector(one.unit, model, model_input, score, runtime)
    limit = longest_s(chosen, seconds)
    with opened(chosen, "analysing", limit, quiet=as_json) as (frames, progress):
        watched = watch_walkers(frames, chosen, detector, limit, progress)
    found = _found(scaled_to(chosen, watched.picture_wh), watched, out)
    if as_json:
        sys.stdout.write(json.dumps(_data(found), indent=2, ensure_ascii=False) + "\n")
    else:
        print_found(
            found.fit, found.picture_wh, found.rms_cm, found.misses, found.bands, found.usable, found.image
        )


def _with(camera: Camera, given: dict[str, float]) -> Camera:
    """Return the calibration of the command line; a camera without one is learned from people."""
    calibration = camera.calibration or Calibration(people=True)
    if given and not calibration.people:
        raise UsageError(
            "--hfov-deg, --tilt-deg and --height-m are only for calibration from people, and this camera has "
            "points"
        )
    if "hfov_deg" in given:
        calibration = calibration.model_copy(update={"focal_px": None})
    return camera.model_copy(update={"calibration": calibration.model_copy(update=given)})


def _found(camera: Camera, watched: CalibrationFootage, out: Path | None) -> CalibratedFloor:
    calibration, wh = camera.calibration, watched.picture_wh
    assert calibration is not None
    fit = _fitted(watched, prior_of(calibration, wh)) if calibration.people else None
    plane = floor_of(fit.mounting, wh) if fit else make_plane(calibration, wh)
    return CalibratedFloor(
        camera=camera.name,
        picture_wh=wh,
        fit=fit,
        rms_cm=plane.rms_cm,
        misses=point_misses(calibration, plane),
        bands=bands(plane, wh),
        usable=usable_share(plane, wh),
        seconds=watched.seconds,
        image=_drawn(plane, watched, out) if out else None,
    )


def _fitted(watched: CalibrationFootage, prior: Prior) -> WalkerFit:
    try:
        return fit_walkers(watched.walkers, watched.picture_wh, prior)
    except CalibrationError as error:
        step = next_step(error, watched.walkers, watched.picture_wh, prior)
        raise CalibrationError(f"{error}; {step}") from error


def _drawn(plane: GroundPlane, watched: CalibrationFootage, out: Path) -> str:
    wh, path = watched.picture_wh, out / "grid.png"
    write_claimed(path, grid_png(watched.still, floor_grid(plane, wh), horizon(plane, wh), wh))
    return str(path)


def _data(found: CalibratedFloor) -> dict[str, Any]:
    fit, mounting = found.fit, found.fit.mounting if found.fit else None
    learned = None
    if fit is not None and mounting is not None:
        values = (mounting.height_m, mounting.tilt_deg, mounting.roll_deg, mounting.focal_px)
        names = ("height_m", "tilt_deg", "roll_deg", "focal_px")
        learned = {
            **{
                n: {"value": round(v, 3), "sd": round(s, 3)}
                for n, v, s in zip(names, values, mounting.sd, strict=True)
            },
            "walkers": fit.walkers,
            "length_sd": round(fit.length_sd, 4),
            "doubted": round(fit.doubted, 3),
            "residual": {"people": round(fit.residual.people, 4), "boxes": round(fit.residual.boxes, 4)},
        }
    return {
        "camera": found.camera,
        "picture_px": list(found.picture_wh),
        "seconds": round(found.seconds, 1),
        "learned": learned,
        "rms_cm": None if found.rms_cm is None else round(found.rms_cm, 1),
        "residuals_cm": [{"what": m.what, "cm": round(m.cm, 1)} for m in found.misses],
        "bands": [asdict(band) for band in found.bands],
        "usable_share": round(found.usable, 3),
        "image": found.image,
    }
