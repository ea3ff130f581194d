"""An event that a pipeline without error would report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ideal:
    """One event that ought to be reported: began_s is when its condition began; person 0 is a whole zone."""

    kind: str
    place: str
    person: int
    began_s: float
