"""When a camera is refocused: every three hours, after a day/night switch, and when it is blurred."""

from __future__ import annotations

# Chosen: the interval that a maker of such cameras uses for temperature and vibration. After a switch the picture
# settles first; a camera that could not be focused waits before it is tried again, seconds.
EVERY_S, SETTLE_S, RETRY_S = 3 * 3600.0, 20.0, 1800.0


class FocusSchedule:
    """The cameras of one place; at most one of them is refocused at a time."""

    def __init__(self) -> None:
        self._last_s: dict[str, float] = {}
        self._light: dict[str, tuple[bool, float, bool]] = {}
        self._busy: str | None = None

    def due(self, camera: str, now_s: float, *, is_night: bool, is_blurred: bool, has_alarm: bool) -> str | None:
        """Return the reason to refocus a camera now, None if there is none; until `done`, no other camera is due.

        has_alarm: an alarm is open at this camera; the picture is needed as it is.
        """
        self._follow(camera, now_s, is_night)
        reason = self._reason(camera, now_s, is_blurred=is_blurred)
        if reason is None or has_alarm or self._busy is not None:
            return None
        self._busy = camera
        return reason

    def done(self, camera: str, now_s: float) -> None:
        """Let the next camera begin."""
        is_night, since_s, _ = self._light[camera]
        self._light[camera] = is_night, since_s, False
        self._last_s[camera] = now_s
        self._busy = None

    def _follow(self, camera: str, now_s: float, is_night: bool) -> None:
        self._last_s.setdefault(camera, now_s)
        was_night, *_ = self._light.setdefault(camera, (is_night, now_s, False))
        if was_night != is_night:
            self._light[camera] = is_night, now_s, True

    def _reason(self, camera: str, now_s: float, *, is_blurred: bool) -> str | None:
        _, switched_s, is_new = self._light[camera]
        since_s = now_s - self._last_s[camera]
        if is_new and now_s - switched_s >= SETTLE_S:
            return "day/night switch"
        if is_blurred and since_s >= RETRY_S:
            return "blurred"
        return "regular check" if since_s >= EVERY_S else None
