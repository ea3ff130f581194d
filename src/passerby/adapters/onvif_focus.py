"""The focus of an ONVIF camera: its motor as a FocusDrive, and its own autofocus."""

from __future__ import annotations

import re
from contextlib import suppress

from passerby.adapters.onvif_camera import OnvifCamera
from passerby.contracts.errors import InputError
from passerby.contracts.focus import FocusStatus

_ONE_PUSH = re.compile(r"one.?push|auto.?focus", re.IGNORECASE)


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
        self._one_push: str | None = None
        self._has_modes = False
        with suppress(InputError):  # a camera that does not know the question has none
            self._one_push = self._find_one_push()
        with suppress(InputError):
            self._has_modes = self._find_modes()

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

    @property
    def has_autofocus(self) -> bool:
        """Whether the camera has a command for one autofocus, or an automatic mode."""
        return self._one_push is not None or self._has_modes

    def start_autofocus(self) -> None:
        """Send the command for one autofocus, or switch the automatic mode on."""
        if self._one_push is None:
            self._set_mode("AUTO")
        else:
            device = self._camera.service("devicemgmt")
            self._camera.ask(device.SendAuxiliaryCommand({"AuxiliaryCommand": self._one_push}))

    def end_autofocus(self) -> None:
        """Switch the automatic mode off: people who pass must not move the lens."""
        if self._has_modes:
            self._set_mode("MANUAL")

    def _find_one_push(self) -> str | None:
        """Return the auxiliary command. ONVIF defines no name; makers use such as OnePush and AutoFocus."""
        device = self._camera.service("devicemgmt")
        misc = self._camera.ask(device.GetServiceCapabilities()).Misc
        commands = map(str, (misc.AuxiliaryCommands if misc is not None else None) or ())
        return next((one for one in commands if _ONE_PUSH.search(one)), None)

    def _find_modes(self) -> bool:
        options = self._camera.ask(self._imaging.GetOptions({"VideoSourceToken": self._source})).Focus
        return options is not None and {"AUTO", "MANUAL"} <= set(map(str, options.AutoFocusModes or ()))

    def _set_mode(self, mode: str) -> None:
        settings = {"Focus": {"AutoFocusMode": mode}}
        question = {"VideoSourceToken": self._source, "ImagingSettings": settings, "ForcePersistence": False}
        self._camera.ask(self._imaging.SetImagingSettings(question))

    def stop(self) -> None:
        """Stop at once."""
        self._camera.ask(self._imaging.Stop({"VideoSourceToken": self._source}))
