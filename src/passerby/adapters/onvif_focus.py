"""The focus of an ONVIF camera: its motor as a FocusDrive, and its own autofocus."""

from __future__ import annotations

import re
from contextlib import suppress

from passerby.adapters.onvif_camera import OnvifCamera
from passerby.adapters.onvif_focus_moves import FocusMoves
from passerby.contracts.errors import InputError
from passerby.contracts.focus import FocusStatus

_ONE_PUSH = re.compile(r"one.?push|auto.?focus", re.IGNORECASE)


class OnvifFocus:
    """The focus motor of one video source; a FocusDrive.

    Raises InputError if the camera does not answer, or has no motor.
    """

    def __init__(self, camera: OnvifCamera, source: str) -> None:
        imaging = camera.service("imaging")
        self._camera, self._imaging, self._source = camera, imaging, source
        self._moves = FocusMoves(camera, imaging, source)
        self._one_push: str | None = None
        self._has_modes = False
        with suppress(InputError):  # a camera that does not know the question has none
            self._one_push = self._find_one_push()
        with suppress(InputError):
            self._has_modes = self._find_modes()

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest position."""
        return self._moves.limits

    def status(self) -> FocusStatus:
        """Return the present status."""
        return self._moves.status()

    def move_to(self, position: float) -> None:
        """Start to move, in the way that the camera has."""
        self._moves.move_to(position)

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
        self._moves.stop()
