"""Whether an ONVIF camera that pans, tilts and zooms is at its preset."""

from __future__ import annotations

from typing import Any

from passerby.adapters.onvif_camera import OnvifCamera
from passerby.contracts.errors import InputError

# Normalised positions, -1 to 1, that count as the same. Chosen: a hundredth of a degree for each degree of a
# camera that pans by 360 degrees would be 0.00006; motors return to about a tenth of a degree.
SAME = 0.003


class OnvifPreset:
    """One preset of a camera by its name or token.

    profile: token of a profile. Raises InputError if the camera has no such preset or reports no position.
    """

    def __init__(self, camera: OnvifCamera, profile: str, preset: str) -> None:
        self._camera, self._ptz, self._profile = camera, camera.service("ptz"), profile
        presets = camera.ask(self._ptz.GetPresets({"ProfileToken": profile})) or ()
        found = next((one for one in presets if preset in (one.Name, one.token)), None)
        if found is None:
            names = ", ".join(str(one.Name) for one in presets) or "none"
            raise InputError(f"{camera.where} has no preset {preset!r}; it has: {names}")
        self._home = _position(found.PTZPosition)
        if self._home is None:
            raise InputError(f"{camera.where} does not report the position of preset {preset!r}; store it again")

    def is_there(self) -> bool:
        """Return whether the camera stands at the preset."""
        status = self._camera.ask(self._ptz.GetStatus({"ProfileToken": self._profile}))
        now = _position(status.Position)
        if now is None or self._home is None:
            raise InputError(f"{self._camera.where} does not report its position; leave out `preset`")
        moving = status.MoveStatus and "MOVING" in (str(status.MoveStatus.PanTilt), str(status.MoveStatus.Zoom))
        return not moving and all(abs(a - b) <= SAME for a, b in zip(now, self._home, strict=True))


def _position(given: Any) -> tuple[float, float, float] | None:
    """Return pan, tilt and zoom; a part that the camera does not have is 0."""
    if given is None or (given.PanTilt is None and given.Zoom is None):
        return None
    pan, tilt = (given.PanTilt.x, given.PanTilt.y) if given.PanTilt is not None else (0.0, 0.0)
    return float(pan), float(tilt), float(given.Zoom.x) if given.Zoom is not None else 0.0
