"""When a camera is refocused: every three hours, after a day/night switch, when it is blurred, and on request."""

from __future__ import annotations

from dataclasses import dataclass

# Chosen: the interval that a maker of such cameras uses for temperature and vibration. After a switch the picture
# settles first; a camera that could not be focused waits before it is tried again, seconds.
EVERY_S, SETTLE_S, RETRY_S = 3 * 3600.0, 20.0, 1800.0
REQUEST = "request"


@dataclass(frozen=True, slots=True)
class FocusNeed:
    """The state of a camera. has_alarm: an alarm is open there; its picture is needed as it is."""

    is_night: bool = False
    is_blurred: bool = False
    has_alarm: bool = False


@dataclass(slots=True)
class _FocusCourse:
    """One camera. last_s: end of the last refocus, or the start. tried_s: end of the last refocus."""

    is_night: bool
    last_s: float
    switched_s: float | None = None
    tried_s: float | None = None
    is_requested: bool = False


class FocusSchedule:
    """The cameras of one place; at most one of them is refocused at a time."""

    def __init__(self) -> None:
        self._courses: dict[str, _FocusCourse] = {}
        self._busy: str | None = None

    def request(self, camera: str) -> None:
        """Refocus a camera as soon as possible. Raises KeyError if `due` never asked for it."""
        self._courses[camera].is_requested = True

    def due(self, camera: str, now_s: float, need: FocusNeed) -> str | None:
        """Return the reason to refocus a camera now, or None; until `done`, no other camera is due."""
        course = self._courses.setdefault(camera, _FocusCourse(need.is_night, now_s))
        if course.is_night != need.is_night:
            course.is_night, course.switched_s = need.is_night, now_s
        reason = _reason(course, now_s, need)
        if reason is None or need.has_alarm or self._busy is not None:
            return None
        self._busy = camera
        return reason

    def done(self, camera: str, now_s: float) -> None:
        """Let the next camera begin."""
        course = self._courses[camera]
        course.last_s = course.tried_s = now_s
        course.switched_s, course.is_requested = None, False
        self._busy = None

    def keep_only(self, cameras: frozenset[str]) -> None:
        """Forget the other cameras: they do not run any more."""
        self._courses = {name: course for name, course in self._courses.items() if name in cameras}


def _reason(course: _FocusCourse, now_s: float, need: FocusNeed) -> str | None:
    if course.is_requested:
        return REQUEST
    if course.switched_s is not None and now_s - course.switched_s >= SETTLE_S:
        return "day/night switch"
    if need.is_blurred and (course.tried_s is None or now_s - course.tried_s >= RETRY_S):
        return "blurred"
    return "regular check" if now_s - course.last_s >= EVERY_S else None
