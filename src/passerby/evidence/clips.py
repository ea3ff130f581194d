"""The clips of a camera's incidents, and their pictures."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from passerby.contracts.closing import Closing
from passerby.contracts.config import Camera
from passerby.contracts.events import Severity
from passerby.contracts.ports import RecordFile, unrecorded
from passerby.contracts.settings import Evidence
from passerby.contracts.time import Timestamp
from passerby.evidence.clip import Drawn, clip_path
from passerby.evidence.ring import Ring
from passerby.evidence.video import PART
from passerby.evidence.writer import ClipWriter, Outcome
from passerby.pixels.annotate import Drawing
from passerby.pixels.redact import RedactedImage

# Simultaneous incidents of a live camera appear in the same clip anyway.
MOST_AT_ONCE = 4
Draw = Callable[[str, Timestamp], Drawing]
"""The drawing of an incident for the picture of a moment."""


@dataclass(slots=True)
class _Recording:
    """A clip being recorded: its start, the end of its incident, its last drawing.

    part: its newest pictures, which are not yet written.
    """

    from_s: float
    last: Drawing
    over_s: float | None = None
    part: list[Drawn] = field(default_factory=list)


class Clips(Closing):
    """Records the clips of one camera below `folder`, as configured. Takes redacted pictures only.

    patient: every incident gets its clip, as for a recording; otherwise those that are one too many get none.

    Per frame: `step` with the open incidents, `take` the picture if there is one, `begin` the new incidents.
    """

    def __init__(
        self, folder: Path, camera: str, settings: Evidence, *, patient: bool, record: RecordFile = unrecorded
    ) -> None:
        self._settings, self._patient = settings, patient
        self._ring = Ring(settings.fps, settings.before_s)
        self._writer = ClipWriter(folder, camera, patient=patient, record=record)
        self._open: dict[str, _Recording] = {}
        self.refused = 0

    def wants(self, at: Timestamp) -> bool:
        """Return whether a picture of this moment is due."""
        return self._ring.wants(at)

    def take(self, image: RedactedImage, draw: Draw) -> None:
        """Store one picture for later clips, and write it into those being recorded."""
        self._ring.add(image)
        for event, recording in [*self._open.items()]:
            if recording.over_s is None:
                recording.last = draw(event, image.at)
            self._add(event, recording, Drawn(image, recording.last))

    def begin(self, event: str, severity: Severity, draw: Draw) -> str | None:
        """Begin the clip of a new incident; return its path, None if it gets none."""
        if not self._gets_one(severity) or not len(self._ring):
            return None
        drawn = [Drawn(image, draw(event, image.at)) for image in self._ring]
        is_refused = not self._patient and len(self._open) >= MOST_AT_ONCE
        if is_refused or not self._writer.put(event, drawn):
            self.refused += len(drawn)
            return None
        self._open[event] = _Recording(drawn[0].image.at.s, drawn[-1].drawing)
        return clip_path(event)

    def step(self, open_incidents: Collection[str], at: Timestamp) -> None:
        """Update the open incidents; finish the clips that are long enough."""
        for event, recording in [*self._open.items()]:
            if recording.over_s is None and event not in open_incidents:
                recording.over_s = at.s
                recording.last = replace(recording.last, path=(), words="")
            over = recording.over_s is not None and at.s - recording.over_s >= self._settings.after_s
            if over or at.s - recording.from_s >= self._settings.longest_s:
                self._finish(event)

    def interrupt(self) -> None:
        """Finish every clip and drop the stored pictures, because the pictures stopped."""
        for event in [*self._open]:
            self._finish(event)
        self._ring.clear()

    def outcomes(self) -> list[Outcome]:
        """Return the outcomes of clips since the last call."""
        return self._writer.outcomes()

    def close(self) -> None:
        """Finish every clip and wait for the last; may be called twice."""
        self.interrupt()
        self._writer.close()
        if self._open:  # their ends did not fit into the queue
            self.interrupt()
            self._writer.close()

    def _add(self, event: str, recording: _Recording, drawn: Drawn) -> None:
        recording.part.append(drawn)
        if len(recording.part) >= PART:
            self._write(event, recording)

    def _write(self, event: str, recording: _Recording) -> None:
        part, recording.part = recording.part, []
        if part and not self._writer.put(event, part):
            self.refused += len(part)

    def _finish(self, event: str) -> None:
        self._write(event, self._open[event])
        if self._writer.finish(event):
            del self._open[event]  # otherwise tried again with the next frame

    def _gets_one(self, severity: Severity) -> bool:
        least = self._settings.clips_from
        return least != "never" and severity.rank >= Severity(least).rank


def clips_of(
    camera: Camera, settings: Evidence, folder: Path, *, patient: bool, record: RecordFile = unrecorded
) -> Clips | None:
    """Return the recorder of a camera's clips; None if no incident could start one."""
    if settings.clips_from == "never" or not camera.rules:
        return None
    return Clips(folder, camera.name, settings, patient=patient, record=record)
