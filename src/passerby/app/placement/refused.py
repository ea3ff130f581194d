"""Refusals of functions that need a camera's loop in the unit's own process."""

from __future__ import annotations

from typing import NoReturn

from passerby.contracts.config import Camera
from passerby.contracts.drawing import DrawnPlaces
from passerby.contracts.errors import UsageError
from passerby.unit.trials import Trials

_WHY = "not available with --processes or --placement"


def refuse_focus(camera: str) -> NoReturn:
    """Refuse a refocus. Raises UsageError."""
    raise UsageError(f"camera {camera} cannot be focused: focus is {_WHY}")


class NoTrials(Trials):
    """Refuses every trial."""

    def start(self, camera: Camera, drawn: DrawnPlaces, actor: str, since_ms: int) -> None:  # noqa: ARG002
        """Raise UsageError."""
        raise UsageError(f"the rules of camera {camera.name} cannot be tried: trials are {_WHY}")
