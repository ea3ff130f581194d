"""A loop whose pictures are not analysed for a while, and one whose camera reports faults."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from passerby.camera.loop import CameraLoop, CameraServices
from passerby.camera.outputs import Outputs
from passerby.camera.pause import FOCUSING, OFF_PRESET, Pause
from passerby.contracts.events import CameraHealth
from passerby.pixels.frame import RawFrame
from support.fakes import ColourDetector, ListSink, ListSource, every, frames_of
from support.stage import CAST, KINDS, SECONDS, camera


class Story:
    """The film of the stage, with changes at given times."""

    def __init__(self, folder: Path, seconds: float = SECONDS, step_s: float = 0.1) -> None:
        self.sink, self.detector = ListSink(), ColourDetector()
        self.outputs = Outputs(folder)
        services = CameraServices(self.detector, self.sink, self.outputs)
        self.loop = CameraLoop(camera(), ListSource(self._film(seconds, step_s)), services)
        self.stack, self.acts = ExitStack(), dict[float, object]()
        self.seen: list[float] = []

    def _film(self, seconds: float, step_s: float) -> Iterator[RawFrame]:
        for frame in frames_of(CAST, every(step_s, seconds)):
            act = self.acts.get(round(frame.at.s, 1))
            if callable(act):
                act()
            yield frame

    def pause(self, kind: str) -> None:
        pause = Pause("for a test", lambda frame, _: self.seen.append(frame.at.s), kind)
        self.stack.enter_context(self.loop.pause.during(pause))

    def play(self) -> Story:
        with self.outputs:
            self.loop.run(threading.Event())
        return self


@pytest.mark.parametrize("kind", [FOCUSING, OFF_PRESET])
def test_pictures_of_a_pause_are_shown_to_its_owner_only(tmp_path: Path, kind: str) -> None:
    story = Story(tmp_path)
    story.acts = {3.0: lambda: story.pause(kind), 9.0: story.stack.close}
    story.play()
    assert story.seen == pytest.approx(every(0.1, 9.0, 3.0))
    assert len(story.detector.calls) == 60
    paused = [(e.phase.value, round(e.at_s, 1)) for e in story.sink.events if e.kind == kind]
    assert paused == [("start", 8.0), ("end", 8.9)]
    assert story.loop.gaps == ["3.0 s to 8.9 s: for a test"]
    assert story.sink.open == set()
    others = [e for e in story.sink.events if 3.0 < e.at_s < 9.0 and e.kind in KINDS]
    assert others == [], "no rule runs meanwhile"


def test_a_fault_that_the_camera_reports_is_an_incident_and_in_its_health(tmp_path: Path) -> None:
    story = Story(tmp_path, 64.0, 2.0)

    def report(*names: str) -> None:
        story.loop.reported = frozenset(names)

    story.acts = {20.0: lambda: report("ImageTooDark", "Tamper"), 40.0: report}
    story.play()
    start, end = (e for e in story.sink.events if e.kind == "camera_reported")
    assert (round(start.at_s), round(end.at_s)) == (20, 40)
    assert [m.value for m in start.measures if m.name == "why"] == ["ImageTooDark, Tamper"]
    health = story.sink.of(CameraHealth)
    assert ["camera_reported" in one.faults for one in health] == [True]
