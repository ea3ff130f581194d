"""A group of cameras in another process, as the unit uses it, and how cameras are given to groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from passerby.app.placement.parcels import Reply
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import PasserbyError


class GroupLostError(PasserbyError):
    """The process of a group of cameras ended, or does not answer any more."""


class RemoteGroup(Protocol):
    """A CameraGroup in another process. Every method raises GroupLostError."""

    @property
    def machine(self) -> str:
        """The name of the machine or the process."""
        ...

    def start(self, camera: Camera, unit: Unit) -> None:
        """See CameraGroup."""
        ...

    def take(self, camera: str, confirmed: int, *, is_watched: bool) -> Reply:
        """See CameraGroup."""
        ...

    def stop(self, camera: str) -> None:
        """See CameraGroup."""
        ...

    def ask(self, method: str, *given: object) -> object:
        """Return the value of another method of CameraGroup; None before its first camera.

        Raises OperationError if it fails there.
        """
        ...

    def end(self) -> None:
        """End the process; never raises."""
        ...


ChooseGroup = Callable[[Sequence[int]], int | None]
"""Returns the group for one more camera by the numbers of their cameras; None for another group."""


def filled(most: int) -> ChooseGroup:
    """Fill each group with this number of cameras before the next one."""
    return lambda sizes: next((k for k, size in enumerate(sizes) if size < most), None)


def even(groups: int) -> ChooseGroup:
    """Keep this number of groups, and give a camera to the one with the least."""
    return lambda sizes: sizes.index(min(sizes)) if len(sizes) >= groups else None


MakeGroup = Callable[[Unit], RemoteGroup]
"""Starts a group. Raises OperationError if no machine has room."""
