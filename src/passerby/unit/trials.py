"""The trials of changed rules in a running unit: in memory, until they are stopped or the unit ends."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from passerby.contracts.config import Camera
from passerby.contracts.drawing import DrawnPlaces
from passerby.contracts.events import Event
from passerby.contracts.trial import TrialIncident, TrialState

# A rule on trial may be far too sensitive; the newest are what a person looks at.
MOST_KEPT = 300

Kept = dict[str, Event]
"""The newest report of each incident, by its identifier, in the order of their beginnings."""


@dataclass(slots=True)
class _RunningTrial:
    camera: Camera
    drawn: DrawnPlaces
    actor: str
    since_ms: int
    now: Kept = field(default_factory=dict)
    tried: Kept = field(default_factory=dict)


class Trials:
    """At most one trial a camera. Any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, _RunningTrial] = {}

    def start(self, camera: Camera, drawn: DrawnPlaces, actor: str, since_ms: int) -> None:
        """Begin a trial; it takes the place of another of this camera. camera: as it would be configured."""
        with self._lock:
            self._running[camera.name] = _RunningTrial(camera, drawn, actor, since_ms)

    def stop(self, camera: str) -> None:
        """End a trial, if there is one."""
        with self._lock:
            self._running.pop(camera, None)

    def keep_only(self, cameras: Collection[str]) -> None:
        """End the trials of other cameras."""
        with self._lock:
            self._running = {name: one for name, one in self._running.items() if name in cameras}

    def watch(self, camera: str) -> CameraTrial:
        """Return the trial of a camera for its loop, also before there is one."""
        return CameraTrial(self, camera)

    def state(self, camera: str) -> TrialState | None:
        """Return what a trial has raised so far; None without one."""
        with self._lock:
            found = self._running.get(camera)
            if found is None:
                return None
            now, tried = dict(found.now), dict(found.tried)
        was = {zone.name: zone.was for zone in found.drawn.zones} | {x.name: x.was for x in found.drawn.lines}
        return TrialState(found.drawn, found.actor, found.since_ms, compared(now, tried, was))

    def camera(self, camera: str) -> Camera | None:
        """Return the camera of a trial; None without one."""
        found = self._running.get(camera)
        return None if found is None else found.camera

    def take(self, camera: str, now: Sequence[Event], tried: Sequence[Event]) -> None:
        """See TrialWatch."""
        if not now and not tried:
            return
        with self._lock:
            found = self._running.get(camera)
            if found is not None:
                _keep(found.now, [one for one in now if one.place])  # camera faults have no place
                _keep(found.tried, tried)


@dataclass(frozen=True, slots=True)
class CameraTrial:
    """The trial of one camera; see TrialWatch."""

    trials: Trials
    name: str

    @property
    def camera(self) -> Camera | None:
        """See TrialWatch."""
        return self.trials.camera(self.name)

    def take(self, now: Sequence[Event], tried: Sequence[Event]) -> None:
        """See TrialWatch."""
        self.trials.take(self.name, now, tried)


def compared(now: Kept, tried: Kept, was: Mapping[str, str]) -> tuple[TrialIncident, ...]:
    """Return the incidents, the newest first; those of one kind and place that overlap in time are the same.

    was: the present name of each tried place.
    """
    alone, made = dict(now), list[TrialIncident]()
    for event in tried.values():
        place = was.get(event.place, "") or event.place
        same = [key for key, one in alone.items() if _is_same(one, event, place)]
        made.append(TrialIncident(event, "both" if same else "trial"))
        for key in same:
            del alone[key]
    made += [TrialIncident(event, "now") for event in alone.values()]
    return tuple(sorted(made, key=lambda one: (one.event.utc or "", one.event.at_s), reverse=True))


def _is_same(now: Event, tried: Event, place: str) -> bool:
    overlaps = now.began_s <= tried.at_s and tried.began_s <= now.at_s
    return overlaps and (now.kind, now.place) == (tried.kind, place)


def _keep(kept: Kept, events: Sequence[Event]) -> None:
    for event in events:
        kept[event.id] = event
    while len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
