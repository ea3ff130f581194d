"""An event that a pipeline without error would report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ideal:
    """One event that must be reported: began_s is the start of its condition; person 0 is a zone.

    A person below zero is an object, by its owner's number. bared_s: the first time at which it was visible with
    no person over it; a reported start between the two is correct.
    """

    kind: str
    place: str
    person: int
    began_s: float
    bared_s: float | None = None

    @property
    def is_object(self) -> bool:
        """Return whether it is about an object, which is visible only in a picture."""
        return self.person < 0
