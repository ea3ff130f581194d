"""An event that a pipeline without error would report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ideal:
    """One event that ought to be reported: began_s is when its condition began; person 0 is a whole zone.

    A person below zero is an object, by its owner's number. bared_s: when it first lay there with nobody over it,
    so that it could be seen; whoever says that it has lain there since any moment between is right.
    """

    kind: str
    place: str
    person: int
    began_s: float
    bared_s: float | None = None

    @property
    def is_object(self) -> bool:
        """Return whether it is about an object, which only a picture shows."""
        return self.person < 0
