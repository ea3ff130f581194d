"""Conditions that must last: a fault starts and ends only if several samples in a row agree."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.time import Timestamp

# A fault is present after this time and this many samples, and over after as many. Chosen: a train's headlights or
# a hand before the lens pass in less; staff want to know within 10 s.
CONFIRM_S, SAMPLES = 4.0, 3


@dataclass(slots=True)
class _Course:
    is_on: bool = False
    other_since: Timestamp | None = None
    other_samples: int = 0
    since: Timestamp | None = None


class Sustained:
    """The present conditions by key."""

    def __init__(self) -> None:
        self._courses: dict[str, _Course] = {}

    def step(self, key: str, now: bool | None, at: Timestamp, confirm_s: float = CONFIRM_S) -> bool:
        """Return whether the condition is present.

        now: of this sample; None if it cannot be seen. confirm_s: how long it must last to start.
        """
        course = self._courses.setdefault(key, _Course())
        if now is None:
            return course.is_on
        if now == course.is_on:
            course.other_since, course.other_samples = None, 0
            return course.is_on
        course.other_since = course.other_since or at
        course.other_samples += 1
        lasts_s = confirm_s if now else CONFIRM_S
        if course.other_samples >= SAMPLES and at.since_s(course.other_since) >= lasts_s - 1e-9:
            course.is_on = now
            course.since, course.other_since, course.other_samples = course.other_since, None, 0
        return course.is_on

    def interrupt(self) -> None:
        """Handle an interrupted picture: a change must begin again; a present condition lasts."""
        for course in self._courses.values():
            course.other_since, course.other_samples = None, 0

    def is_on(self, key: str) -> bool:
        """Return whether the condition is present, as of the last sample."""
        return key in self._courses and self._courses[key].is_on

    def since(self, key: str) -> Timestamp | None:
        """Return when a present condition was first seen."""
        return self._courses[key].since if self.is_on(key) else None

    def is_pending(self, key: str) -> bool:
        """Return whether the condition is present or may become so."""
        return key in self._courses and (self._courses[key].is_on or self._courses[key].other_since is not None)
