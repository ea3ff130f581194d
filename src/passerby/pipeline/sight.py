"""What one camera's picture tells beside its people: the place without anybody, trains, and things left behind."""

from __future__ import annotations

import logging
from collections import Counter

from passerby.contracts.config import Camera
from passerby.contracts.people import Detections, Tracks
from passerby.contracts.ports import DepartureSource
from passerby.contracts.rules import LeftObjectRule, MayNeedHelpRule, Rule
from passerby.contracts.scene import NO_OBJECTS, StillObjects
from passerby.contracts.trains import TrainState
from passerby.pixels.frame import RawFrame
from passerby.pixels.redact import RedactedImage, Redactor
from passerby.vision.still_objects import StillObjectWatch
from passerby.vision.trains import Trains

log = logging.getLogger(__name__)


class Sight:
    """The watchers of one camera's pixels; `camera` is scaled to the picture `wh`.

    departures: who says when trains leave, if not the picture. lost: where losses are counted.
    """

    def __init__(
        self,
        camera: Camera,
        wh: tuple[int, int],
        redactor: Redactor,
        departures: DepartureSource | None,
        lost: Counter[str],
    ) -> None:
        self._camera, self.redactor, self._departures, self._lost = camera.name, redactor, departures, lost
        tracks = [zone for zone in camera.zones if zone.kind == "track"]
        self._trains = Trains(tracks, wh) if tracks else None
        self._things = StillObjectWatch() if any(map(_asks_for_things, camera.rules)) else None

    def trains(self, frame: RawFrame) -> tuple[TrainState, ...]:
        """Return what is at each track: the picture says what stands there, and what has left unless others do."""
        seen = self._trains.step(frame) if self._trains else ()
        return seen if self._departures is None else self._departures.merged(seen, frame.at)

    def learn(self, frame: RawFrame, found: Detections, tracks: Tracks) -> bool:
        """Let the redactor see the frame; return whether it could: a failure is a counted loss, and no picture."""
        try:
            self.redactor.see(frame, found, tracks)
        except Exception:  # whatever went wrong: no picture is better than a raw one
            self._lose()
            return False
        return True

    def things(self, tracks: Tracks) -> StillObjects:
        """Return what lies still in the frame learned last; nothing where no rule asks for it."""
        seen = self.redactor.foreground
        return NO_OBJECTS if self._things is None or seen is None else self._things.step(seen, tracks)

    def show(self) -> RedactedImage | None:
        """Return the frame learned last without anybody in it; None, and a counted loss, if that fails."""
        try:
            return self.redactor.show()
        except Exception:
            self._lose()
            return None

    def forget(self) -> None:
        """The picture was interrupted."""
        if self._trains is not None:
            self._trains.forget()
        if self._things is not None:
            self._things.forget()

    def _lose(self) -> None:
        self._lost["pictures that could not be redacted"] += 1
        log.exception("camera %s: a picture could not be redacted and is not shown", self._camera)


def _asks_for_things(rule: Rule) -> bool:
    if isinstance(rule, MayNeedHelpRule):
        return rule.object_still_s is not None
    return isinstance(rule, LeftObjectRule)
