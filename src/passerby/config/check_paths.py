"""Checks that video files, camera addresses and the detector's file exist."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from passerby.config.keys import near
from passerby.config.located import CameraParts, Loc, Marks
from passerby.config.messages import shown
from passerby.config.paths import is_model_path
from passerby.config.scale import same_shape
from passerby.contracts.errors import InputError, Problem
from passerby.contracts.urls import address_fault, is_live, mask_url, scheme_of

PictureSize = Callable[[str], tuple[int, int] | None]


def source_problem(camera: CameraParts, marks: Marks) -> Problem | None:
    """Return the problem of the camera's source, if there is one; a source that could not be read is skipped."""
    return _address_problem(camera.source, (*camera.loc, "source"), marks)


def substream_problem(camera: CameraParts, marks: Marks, picture_wh: PictureSize | None) -> Problem | None:
    """Return the problem of the camera's substream, if there is one; `picture_wh` looks at video files."""
    source, smaller, loc = camera.source, camera.substream, (*camera.loc, "substream")
    if smaller is None or source is None or "${" in source + smaller:
        return None
    if fault := _address_problem(smaller, loc, marks):
        return fault
    if is_live(source) != is_live(smaller):
        return marks.problem(loc, "give two addresses of a camera or two video files, in source and substream")
    drawn = camera.picture_px
    real, fault = _size(smaller, loc, marks, picture_wh) if picture_wh else (None, None)
    if fault or not real or not drawn or same_shape(real, drawn):
        return fault
    sizes = "{} x {}".format(*real), "{} x {}".format(*drawn)
    what = f"its pictures of {sizes[0]} px have another aspect ratio than picture_px, {sizes[1]} px"
    return marks.problem(loc, f"{what}: select another size in the camera's settings")


def _address_problem(source: str | None, loc: Loc, marks: Marks) -> Problem | None:
    if source is None or "${" in source:
        return None
    if is_live(source) or address_fault(source):
        what = address_fault(source)
    elif scheme := scheme_of(source):
        what = f"{scheme}:// is not supported: give an rtsp:// or rtsps:// address, or the path of a video file"
    else:
        what = file_fault(source, "video file", loc, marks)
    return marks.problem(loc, what) if what else None


def probe(
    camera: CameraParts, marks: Marks, picture_wh: PictureSize
) -> tuple[tuple[int, int] | None, Problem | None]:
    """Return the picture size of the source, or the problem of reading it."""
    if camera.source is None or "${" in camera.source:
        return None, None
    return _size(camera.source, (*camera.loc, "source"), marks, picture_wh)


def _size(
    source: str, loc: Loc, marks: Marks, picture_wh: PictureSize
) -> tuple[tuple[int, int] | None, Problem | None]:
    try:
        return picture_wh(source), None
    except InputError as error:
        return None, marks.problem(loc, str(error).replace(source, mask_url(source)))


def model_problem(model: str | None, marks: Marks, names: Collection[str]) -> Problem | None:
    """Return the problem of the detector's path or name, if there is one."""
    loc: Loc = ("model", "path") if ("model", "path") in marks.lines else ("model",)
    if model is None or not model or "${" in model or model in names:
        return None
    if is_model_path(model):
        what = file_fault(model, "model file", loc, marks) or _model_fault(Path(model))
    else:
        hint = near(model, names) if loc not in marks.from_env else ""
        cure = f"write {' or '.join(names)}, or the path of an .onnx or .xml file"
        what = f"there is no model {_named(model, loc, marks)}{hint}: {cure}"
    return marks.problem(loc, what) if what else None


def file_fault(file: str, kind: str, loc: Loc, marks: Marks) -> str | None:
    """Return the problem of the path of a file of this kind at `loc`, if there is one."""
    path, text = Path(file), _named(file, loc, marks)
    try:
        if path.is_file():
            return None
        return f"{text} is a folder: give a {kind} in it" if path.is_dir() else f"no such {kind}: {text}"
    except (OSError, ValueError):
        return f"{text} cannot be a path: give the path of a {kind}"


def _named(text: str, loc: Loc, marks: Marks) -> str:
    return shown(text, loc, marks) if loc in marks.from_env else mask_url(text)


def _model_fault(path: Path) -> str | None:
    if path.suffix.lower() == ".bin":
        return "give the .xml file; the .bin beside it is found automatically"
    if path.suffix.lower() == ".xml" and not path.with_suffix(".bin").is_file():
        return f"{path.with_suffix('.bin').name} is missing beside {path.name}: put it there"
    return None
