"""The focus of an ONVIF camera: its motor as a FocusDrive, and its own autofocus."""

from __future__ import annotations

from passerby.adapters.onvif_camera import OnvifCamera
from passerby.contracts.errors import InputError
from passerby.contracts.focus import FocusStatus


class OnvifFocus:
    """The focus motor of one video source; a FocusDrive.

    Raises InputError if the camera does not answer, or has no motor that can be positioned.
    """

    def __init__(self, camera: OnvifCamera, source: str) -> None:
        imaging = camera.service("imaging")
        self._camera, self._imaging, self._source = camera, imaging, source
        options = camera.ask(imaging.GetMoveOptions({"VideoSourceToken": source}))
        absolute, relative = getattr(options, "Absolute", None), getattr(options, "Relative", None)
        if absolute is not None:
            span = absolute.Position
        elif relative is not None:
            span = relative.Distance
        else:
            raise InputError(f"{camera.where}: its focus cannot be moved to a position; use its own autofocus")
        self.limits = float(span.Min), float(span.Max)
        self._is_absolute = absolute is not None

    def status(self) -> FocusStatus:
        """Return the present status."""
        answer = self._camera.ask(self._imaging.GetStatus({"VideoSourceToken": self._source}))
        now = answer.FocusStatus20
        if now is None:
            return FocusStatus(None, is_moving=False)
        return FocusStatus(float(now.Position), str(now.MoveStatus) == "MOVING", str(now.Error or ""))

    def move_to(self, position: float) -> None:
        """Start to move; a camera without absolute moves gets the distance from its present position."""
        if self._is_absolute:
            how = {"Absolute": {"Position": position}}
        else:
            how = {"Relative": {"Distance": position - (self.status().position or 0.0)}}
        self._camera.ask(self._imaging.Move({"VideoSourceToken": self._source, "Focus": how}))

    def stop(self) -> None:
        """Stop at once."""
        self._camera.ask(self._imaging.Stop({"VideoSourceToken": self._source}))
