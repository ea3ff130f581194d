"""Replays recorded boxes through all that follows the detector and says how the events differ from last time.

From the folder tests:
    python -m support.replay            one line per difference; ends with 1 if there is any
    python -m support.replay --update   the same, then takes what came out as what must come out
    python -m support.replay --record   draws the boxes anew (see replay_scene.py)
A change of tests/replay/*.events.jsonl comes with a sentence per difference.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from passerby.camera.ids import recording_ids
from passerby.camera.limits import DetectorLimits
from passerby.camera.state import CameraPorts, CameraState
from passerby.contracts.config import Camera
from passerby.contracts.events import Event
from passerby.contracts.people import Detections
from passerby.contracts.time import Timestamp
from passerby.store.encode import event_from_line, event_line

PACKAGE = Path(__file__).parents[1] / "replay"
# Incidents of one kind and place that began no further apart than this are the same one, moved.
SAME_S = 3.0


@dataclass(frozen=True)
class Recorded:
    """One file of boxes: its first line is the camera, each other line a frame."""

    path: Path

    @property
    def golden(self) -> Path:
        """What must come out."""
        return self.path.with_name(self.path.name.replace(".detections.", ".events."))

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path.read_text("utf-8").splitlines()]


def recordings() -> list[Recorded]:
    """Every recording there is."""
    return [Recorded(path) for path in sorted(PACKAGE.glob("*.detections.jsonl"))]


def replay(recorded: Recorded) -> list[Event]:
    """Run the boxes through tracker, floor, rules and incidents."""
    head, *frames = recorded.lines()
    camera, wh = Camera.model_validate(head["camera"]), (head["wh"][0], head["wh"][1])
    state = CameraState(camera, wh, DetectorLimits(head["score"]), CameraPorts(recording_ids(recorded.path.name)))
    events: list[Event] = []
    for frame in frames:
        if frame.get("gap"):
            events += state.gap()
            continue
        boxes = np.array(frame["boxes"], np.float32).reshape(-1, 5)
        found = Detections(camera.name, Timestamp(round(frame["t_s"] * 1e9)), wh, boxes[:, :4], boxes[:, 4])
        events += state.step(None, found).events
    return [event_from_line(event_line(event)) for event in (*events, *state.close().events)]


def written(events: Sequence[Event]) -> bytes:
    """The events as lines."""
    return b"".join(map(event_line, events))


def read(path: Path) -> list[Event]:
    """Events from lines; none where there is no file."""
    return [event_from_line(line) for line in path.read_bytes().splitlines()] if path.is_file() else []


@dataclass(frozen=True)
class Incident:
    """The events of one id, without it: what may differ and be reported."""

    kind: str
    place: str
    began_s: float
    story: dict[str, str]

    @staticmethod
    def of(events: Sequence[Event]) -> Incident:
        first, last = events[0], events[-1]
        story = {
            "began": f"{last.began_s:.2f} s",
            "told": f"{first.at_s:.2f} s",
            "phases": " ".join(e.phase.value for e in events),
            "people": str(last.people),
            "severity": last.severity.value,
        }
        if len(events) > 1:
            story["until"] = f"{last.at_s:.2f} s"
        story |= {m.name: f"{m.value}{f' {m.unit}' if m.unit else ''}" for m in last.measures}
        return Incident(first.kind, first.place, last.began_s, story)

    def __str__(self) -> str:
        return f"{self.kind} at {self.place}, {', '.join(f'{k} {v}' for k, v in self.story.items())}"


def incidents(events: Sequence[Event]) -> list[Incident]:
    """The incidents in the order they began."""
    by_id: dict[str, list[Event]] = {}
    for event in events:
        by_id.setdefault(event.id, []).append(event)
    return sorted(
        (Incident.of(reported) for reported in by_id.values()), key=lambda i: (i.began_s, i.kind, i.place)
    )


def differences(before: Sequence[Event], now: Sequence[Event]) -> list[str]:
    """One line per incident gained, lost or moved, in the order of time."""
    left, reported = incidents(now), []
    for old in incidents(before):
        same = [new for new in left if (new.kind, new.place) == (old.kind, old.place)]
        near = min(same, key=lambda new: abs(new.began_s - old.began_s), default=None)
        if near is None or abs(near.began_s - old.began_s) > SAME_S:
            reported.append((old.began_s, f"lost    {old}"))
            continue
        left.remove(near)
        if changes := [*_changes(old.story, near.story)]:
            reported.append(
                (old.began_s, f"moved   {old.kind} at {old.place}, {old.story['told']}: {'; '.join(changes)}")
            )
    reported += [(new.began_s, f"gained  {new}") for new in left]
    lines = [line for _, line in sorted(reported)]
    if not lines and written(before) != written(now):
        return ["moved   only the order or the identifiers of the events"]
    return lines


def _changes(old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield f"{name} {old.get(name, 'none')} -> {new.get(name, 'none')}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m support.replay")
    parser.add_argument("--update", action="store_true", help="take what came out as what must come out")
    parser.add_argument("--record", action="store_true", help="draw the boxes anew first")
    wanted = parser.parse_args(arguments)
    if wanted.record:
        from support.replay_scene import record

        record(PACKAGE)
    found = 0
    for recorded in recordings():
        now = replay(recorded)
        for line in differences(read(recorded.golden), now):
            sys.stdout.write(f"{recorded.path.name.split('.')[0]}: {line}\n")
            found += 1
        if wanted.update:
            recorded.golden.write_bytes(written(now))
    return 1 if found and not wanted.update else 0


if __name__ == "__main__":
    sys.exit(main())
