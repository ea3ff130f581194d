"""`passerby frame`: a redacted picture of a camera within pixel axes, to draw zones and lines on."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

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
from passerby.camera.framing import FrameWanted, LearnedFrame, learned_frame
from passerby.contracts.errors import StoreError, UsageError
from passerby.files.private import private
from passerby.pixels.axes import enlarged, with_axes


def frame(  # noqa: PLR0913  one parameter an option
    source: SourceArgument = None,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FRAME.PNG", help="New file for the picture.")],
    config: ConfigOption = None,
    camera: CameraOption = None,
    at: Annotated[
        float | None,
        typer.Option("--at", min=0, max=86400, help="Show the picture of this second, not the least covered one."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(min=1, max=86400, help="Seconds to analyse at most; default for a live camera: 600."),
    ] = None,
    model: ModelOption = None,
    model_input: ModelInputOption = None,
    score: ScoreOption = None,
    runtime: RuntimeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a redacted picture of a camera within pixel axes, to draw zones and lines on.

    It waits until the background is learned as far as possible. Exit code 0; 2 for wrong usage; 3 if there is no
    picture.
    """
    _must_be_new(out)
    chosen = OneCamera.of("frame", source, config, camera)
    detector = chosen_detector(chosen.unit, model, model_input, score, runtime)
    limit = longest_s(chosen.camera, seconds)
    ends = min((s for s in (at, limit) if s is not None), default=None)
    with opened(chosen.camera, "learning", ends, quiet=as_json) as (frames, progress):
        learned = learned_frame(frames, chosen.camera, detector, FrameWanted(limit, at), progress)
    _write(out, with_axes(enlarged(learned.image), learned.picture_wh, grid=True))
    _report(learned, out, as_json=as_json)


def _must_be_new(out: Path) -> None:
    if out.suffix.lower() != ".png":
        raise UsageError(f"--out {out}: the picture is a PNG; give a name that ends in .png")
    if out.exists():
        raise UsageError(f"--out {out}: it exists already; give another name or remove it")
    if not out.parent.is_dir():
        raise UsageError(f"--out {out}: there is no folder {out.parent}; make it first")


def _write(out: Path, png: bytes) -> None:
    try:
        with open(out, "xb", opener=private) as file:
            file.write(png)
    except OSError as error:
        raise StoreError(f"{out} cannot be written ({error.strerror}); give another name") from error


def _report(learned: LearnedFrame, out: Path, *, as_json: bool) -> None:
    width, height = learned.picture_wh
    if as_json:
        covered = asdict(learned.covered) if learned.covered else None
        data = {
            "image": str(out),
            "picture_px": [width, height],
            "at_s": round(learned.at_s, 3),
            "covered": covered,
        }
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
        return
    words = f", covered: {learned.covered}" if learned.covered else ""
    sys.stdout.write(f"{out}: the redacted picture at {learned.at_s:.1f} s{words}.\n")
    sys.stdout.write(
        "Its axes are in pixels of the frame. "
        f"Put picture_px: [{width}, {height}] beside zones and lines that are drawn on it.\n"
    )
