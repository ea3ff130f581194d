"""The focus motor of an ONVIF camera: absolute, relative or continuous moves, whichever it has."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from passerby.adapters.onvif_camera import OnvifCamera
from passerby.contracts.errors import InputError
from passerby.contracts.focus import FocusStatus

# A motor stands if it reports one position so often, this far apart, seconds; it must within the second time.
# Chosen: a motor needs a moment to start.
STILL, ASK_EVERY_S, MOST_S = 3, 0.2, 30.0
# A continuous move is slow, at this fraction of the largest speed, within this fraction of the range from its end.
# Chosen: at the slow speed, a travel of 3 s and a delay of 0.1 s miss the end by 0.7 % of the range.
SLOW, SLOW_WITHIN = 0.2, 0.1


class FocusMoves:
    """Moves of one video source.

    Raises InputError if the camera does not answer, reports no position, or has no motor.
    """

    def __init__(self, camera: OnvifCamera, imaging: Any, source: str) -> None:
        self._camera, self._imaging, self._source = camera, imaging, source
        options = camera.ask(imaging.GetMoveOptions({"VideoSourceToken": source}))
        self._absolute, self._relative, continuous = (
            getattr(options, name, None) for name in ("Absolute", "Relative", "Continuous")
        )
        if self._absolute is self._relative is continuous is None:
            raise InputError(f"{camera.where}: its focus has no motor that can be moved; use its own autofocus")
        self._speed = 0.0 if continuous is None else float(continuous.Speed.Max)
        self._limits: tuple[float, float] | None = None
        if self._absolute is not None:
            self._limits = float(self._absolute.Position.Min), float(self._absolute.Position.Max)

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest position. A camera without absolute moves does not name them: it is driven to both
        once, and back."""
        if self._limits is None:
            start = self._standing()
            high, low = self._end(1), self._end(-1)
            self._limits = low, high
            self.move_to(start)
            self._standing()
        return self._limits

    def status(self) -> FocusStatus:
        """Return the present status."""
        answer = self._camera.ask(self._imaging.GetStatus({"VideoSourceToken": self._source}))
        now = answer.FocusStatus20
        if now is None:
            return FocusStatus(None, is_moving=False)
        return FocusStatus(float(now.Position), str(now.MoveStatus) == "MOVING", str(now.Error or ""))

    def move_to(self, position: float) -> None:
        """Start to move; a continuous move has ended when this returns."""
        if self._absolute is not None:
            self._move({"Absolute": {"Position": position}})
        elif self._relative is not None:
            self._move({"Relative": {"Distance": position - self._position()}})
        else:
            self._steer(position)

    def stop(self) -> None:
        """Stop at once."""
        self._camera.ask(self._imaging.Stop({"VideoSourceToken": self._source}))

    def _move(self, how: dict[str, dict[str, float]]) -> None:
        self._camera.ask(self._imaging.Move({"VideoSourceToken": self._source, "Focus": how}))

    def _end(self, sign: int) -> float:
        """Drive to one end of the travel and return its position."""
        at, before = self._position(), None
        while at != before:
            before = at
            if self._relative is not None:
                distance = self._relative.Distance
                self._move({"Relative": {"Distance": float(distance.Max if sign > 0 else distance.Min)}})
            else:
                self._move({"Continuous": {"Speed": sign * self._speed}})
            at = self._standing()
        self.stop()
        return at

    def _steer(self, position: float) -> None:
        low, high = self.limits
        sign = 1 if position > self._position() else -1
        for speed, short_of in ((1.0, SLOW_WITHIN * (high - low)), (SLOW, 0.0)):
            if sign * (position - self._position()) > short_of:
                self._move({"Continuous": {"Speed": sign * speed * self._speed}})
                self._until(lambda at, end=position - sign * short_of: sign * (at - end) >= 0)  # type: ignore[misc]
        self.stop()

    def _standing(self) -> float:
        """Wait until the motor stands; return its position."""
        seen: list[float] = []

        def stands(at: float) -> bool:
            seen.append(at)
            time.sleep(ASK_EVERY_S)
            return len(seen) >= STILL and len(set(seen[-STILL:])) == 1

        return self._until(stands)

    def _until(self, reached: Callable[[float], bool]) -> float:
        """Ask for the position until it is reached; the motor is stopped if that lasts too long."""
        end_s = time.monotonic() + MOST_S
        while time.monotonic() < end_s:
            if reached(at := self._position()):
                return at
        self.stop()
        raise InputError(f"the lens has not arrived after {MOST_S:g} s; check the focus motor")

    def _position(self) -> float:
        position = self.status().position
        if position is None:
            raise InputError("the camera reports no focus position; use its own autofocus")
        return position
