"""The folders of each camera's files in the results folder of a unit."""

from __future__ import annotations

from pathlib import Path

CAMERAS = "cameras"


def camera_folder(results: Path, camera: str) -> Path:
    """Return the folder of a camera's video, summary, report and floor.

    It is below a separate folder, so a camera's name cannot collide with another file of the results.
    """
    return results / CAMERAS / camera


def old_camera_folder(results: Path, camera: str) -> Path:
    """Return the folder used by earlier versions; files there are read and never written."""
    return results / camera
