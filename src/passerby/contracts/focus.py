"""The lens of a camera as the focus loop sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FocusStatus:
    """position: in the drive's own unit, None if it does not report one. error: the camera's text, "" without
    one."""

    position: float | None
    is_moving: bool
    error: str = ""


class FocusDrive(Protocol):
    """A motorised focus. Each call may raise InputError if the camera does not answer or refuses.

    limits: lowest and highest position.
    """

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest position."""
        ...

    def status(self) -> FocusStatus:
        """Return the present status."""
        ...

    def move_to(self, position: float) -> None:
        """Start to move to a position within the limits."""
        ...

    def stop(self) -> None:
        """Stop at once."""
        ...

    @property
    def has_autofocus(self) -> bool:
        """Whether the camera can focus by itself."""
        ...

    def start_autofocus(self) -> None:
        """Start the camera's own autofocus, once."""
        ...

    def end_autofocus(self) -> None:
        """Keep the position that the camera's own autofocus has found."""
        ...


@dataclass(frozen=True, slots=True)
class FocusReport:
    """The result of a refocus.

    before, after: sharpness at the start and at the end. is_changed: a sharper position was found; otherwise the
    lens is back where it was. measurements: number of them. curve: position and sharpness of each, by position.
    """

    reason: str
    from_position: float
    to_position: float
    before: float
    after: float
    is_changed: bool
    measurements: int
    curve: tuple[tuple[float, float], ...] = ()

    def __str__(self) -> str:
        change = "sharper" if self.is_changed else "unchanged"
        return (
            f"{self.reason}: {change}, position {self.from_position:g} to {self.to_position:g}, sharpness "
            f"{self.before:.2f} to {self.after:.2f}, {self.measurements} measurements"
        )
