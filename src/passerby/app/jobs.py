"""The camera and the results folder of each video."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import UsageError
from passerby.contracts.urls import address_fault, is_live, mask_url
from passerby.files.names import folded


@dataclass(frozen=True, slots=True)
class Job:
    """One video: its camera, with the video as source, and its results folder."""

    camera: Camera
    folder: Path


def split_by_name(videos: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the videos whose names are UTF-8, and one sentence for each of the others."""
    readable, refused = [], []
    for video in videos:
        try:
            video.encode()
        except UnicodeEncodeError:
            refused.append(f"{video}: the name of this file is not UTF-8, so it cannot be stored; rename the file")
        else:
            readable.append(video)
    return readable, refused


def plan_jobs(videos: Sequence[str], unit: Unit | None, camera_name: str | None, out: Path) -> list[Job]:
    """Return one job per video; without videos, one per camera of the unit that reads a file.

    The camera of a unit with one camera applies to every video. With several, it is the camera with this file as
    source, or the given one. Several videos get one folder each below `out`. Raises UsageError.
    """
    if camera_name is not None and unit is None:
        raise UsageError("--camera needs a configuration; give one with --config")
    if not videos:
        cameras = _recorded(unit, camera_name)
    else:
        cameras = [_camera_for(video, unit, camera_name) for video in videos]
    names = _folder_names([Path(camera.source).stem.strip(". ") or "video" for camera in cameras])
    folders = [out] if len(cameras) == 1 else [out / name for name in names]
    jobs = [Job(camera, folder) for camera, folder in zip(cameras, folders, strict=True)]
    _refuse_own_results(jobs)
    return jobs


def _refuse_own_results(jobs: Sequence[Job]) -> None:
    written = {os.path.realpath(job.folder / "redacted.mp4") for job in jobs}
    for job in jobs:
        if os.path.realpath(job.camera.source) in written:
            raise UsageError(
                f"{job.camera.source}: this video would be overwritten; give another folder with --out"
            )


def _recorded(unit: Unit | None, camera_name: str | None) -> list[Camera]:
    cameras = [
        c for c in (unit.cameras if unit else ()) if not is_live(c.source) and camera_name in (None, c.name)
    ]
    if not cameras:
        raise UsageError(
            "give at least one video: passerby analyze VIDEO --out DIR; use passerby run for live cameras"
        )
    return cameras


def _camera_for(video: str, unit: Unit | None, camera_name: str | None) -> Camera:
    if fault := address_fault(video):
        raise UsageError(f"{mask_url(video)}: {fault}")
    if is_live(video):
        raise UsageError("analyze reads recordings; use passerby run with a configuration for live cameras")
    if unit is None:
        return Camera(name=name_for(video), source=video)
    if camera_name is not None:
        chosen = [c for c in unit.cameras if c.name == camera_name]
        missing = f"--camera {camera_name}: the configuration has {', '.join(c.name for c in unit.cameras)}"
    else:
        chosen = [c for c in unit.cameras if _same_file(c.source, video)] or list(unit.cameras)
        missing = f"{video}: the configuration has {len(chosen)} cameras; give one with --camera NAME"
    if len(chosen) != 1:
        raise UsageError(missing)
    return chosen[0].model_copy(update={"source": video})


def _same_file(source: str, video: str) -> bool:
    # Not Path.resolve, which raises for a link that points to itself.
    return not is_live(source) and os.path.realpath(source) == os.path.realpath(video)


def name_for(video: str) -> str:
    """Return a camera's name made of a file's name or an address."""
    letters = "".join(c if _is_letter(c) or c in " .-" else "-" for c in Path(video).stem)[:64]
    return letters if letters and _is_letter(letters[0]) else "video"


def _is_letter(c: str) -> bool:
    """Return whether the pattern of a name accepts the character; it excludes some Unicode digits."""
    return c.isalpha() or c.isdecimal() or c == "_"


def _folder_names(stems: Sequence[str]) -> list[str]:
    """Return the stems, numbered if a disk could treat two as the same folder."""
    names: dict[str, str] = {}
    for stem in stems:
        name, n = stem, 2
        while folded(name) in names:
            name, n = f"{stem}-{n}", n + 1
        names[folded(name)] = name
    return [*names.values()]
