"""Where each camera's own files lie in the results folder of a unit."""

from __future__ import annotations

from pathlib import Path, PurePath

CAMERAS = "cameras"


def camera_folder(results: Path, camera: str) -> Path:
    """Return the folder of a camera's video, summary, report and floor.

    It lies below a folder of its own, so that no name of a camera can be that of another file of the results.
    """
    return results / CAMERAS / camera


def old_camera_folder(results: Path, camera: str) -> Path:
    """Return where earlier versions kept these files; they are read there, and never written."""
    return results / camera


def camera_of(path: PurePath) -> str:
    """Return which camera a file is of, from its path in the results folder; "" for the folder's own files."""
    return path.parent.name
