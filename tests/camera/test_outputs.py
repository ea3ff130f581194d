from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from passerby.camera.live_tile import LiveTile
from passerby.camera.outputs import BACKGROUND_EVERY_S, STILLS, Outputs
from passerby.camera.overlay import Overlay
from passerby.camera.trace import Trace
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, EvidenceFile, Phase
from passerby.contracts.time import Timestamp
from passerby.evidence.video import RedactedVideo
from passerby.pixels import redact as redact_module
from passerby.pixels.annotate import Drawing, annotate
from passerby.pixels.redact import RedactedImage
from passerby.store.utc import utc_ms
from support import stage
from support.figures import WH, pictures
from support.redacted import METHOD, redact
from support.seen import at, found, frame, person, tracked
from support.stored import an_event

LAST_UTC, LOST_UTC = "2026-03-01T07:45:04.000Z", "2026-03-01T07:45:09.000Z"


def image(t_s: float = 0.0, boxes: int = 0) -> RedactedImage:
    """A redacted picture of noise, more of it covered with every box."""
    where = [person(40 + 60 * i, 200, 80) for i in range(boxes)]
    picture = frame(WH, t_s)
    return redact(picture, found(where, t_s, wh=WH), tracked(where, t_s, wh=WH))


def reported(outputs: Outputs, event: Event, shown: Any = None) -> list[Any]:
    """What one event becomes."""
    overlay = Overlay(stage.camera(), WH)
    return [*outputs.evidence([event], image() if shown is None else shown, overlay, at(0))]


def test_a_start_gets_its_still_and_nothing_else_does(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path)
    event, file = reported(outputs, an_event("e1", evidence=None))
    assert isinstance(event, Event)
    assert isinstance(file, EvidenceFile)
    assert event.evidence is not None
    assert (file.path, file.event, file.kind, file.sha256) == (
        "stills/e1.jpg",
        "e1",
        "still",
        event.evidence.sha256,
    )
    assert file.bytes == (tmp_path / file.path).stat().st_size
    assert (event.evidence.still, event.evidence.redaction) == ("stills/e1.jpg", METHOD)
    data = (tmp_path / event.evidence.still).read_bytes()
    assert hashlib.sha256(data).hexdigest() == event.evidence.sha256
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (WH[1], WH[0], 3)
    for phase in (Phase.UPDATE, Phase.END):
        later = an_event("e1", 1, phase=phase, evidence=None)
        assert reported(outputs, later) == [later]
    assert [p.name for p in (tmp_path / "stills").iterdir()] == ["e1.jpg"]


def test_a_loss_of_pictures_gets_the_last_one_with_its_own_time(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path)
    start = an_event("e1", kind="camera_lost", at_s=9.0, utc=LOST_UTC, evidence=None)
    assert [*outputs.evidence_of_loss([start])] == [start], "no picture so far, and no raw one in its place"
    outputs.picture(image(2.0, boxes=3))
    drawn, moment = image(4.0), Timestamp(at(4.0).mono_ns, utc_ns=utc_ms(LAST_UTC) * 1_000_000)
    last = replace(drawn, at=moment, picture=drawn.bgr, made_by=redact_module._ONLY_HERE)
    outputs.picture(last)
    event, file = outputs.evidence_of_loss([start])
    assert isinstance(event, Event)
    assert isinstance(file, EvidenceFile)
    assert (event.utc, file.utc) == (LOST_UTC, LAST_UTC), "the time of the file is that of its picture"
    assert event.evidence is not None
    assert (event.evidence.still, event.evidence.redaction, event.evidence.clip) == ("stills/e1.jpg", METHOD, None)
    decoded = cv2.imdecode(np.frombuffer((tmp_path / file.path).read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    words = annotate(last, Drawing(words=f"last picture: {LAST_UTC}")).bgr.astype(int)
    written = np.abs(words - last.bgr).sum(axis=2) > 0
    assert np.abs(decoded - words)[written].mean() < 25, "its time is written on it"
    end = an_event("e1", 1, kind="camera_lost", phase=Phase.END, evidence=None)
    assert [*outputs.evidence_of_loss([end])] == [end]


def test_a_still_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "stills").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        reported(Outputs(tmp_path), an_event())


def test_with_a_video_every_picture_is_wanted_and_written(tmp_path: Path) -> None:
    with Outputs(tmp_path, RedactedVideo(tmp_path / "redacted.mp4")) as outputs:
        for n in range(12):
            assert outputs.wants(at(n / 10))
            outputs.picture(image(n / 10))
        assert outputs.frames_written == 12
    assert len([*pictures(tmp_path / "redacted.mp4")]) == 12


def test_without_a_video_a_picture_now_and_then_is_enough(tmp_path: Path) -> None:
    outputs, taken = Outputs(tmp_path), []
    for n in range(400):
        if outputs.wants(at(n / 10)):
            outputs.picture(image(n / 10))
            taken.append(n / 10)
    assert taken == [0.0, BACKGROUND_EVERY_S, 2 * BACKGROUND_EVERY_S, 3 * BACKGROUND_EVERY_S]
    assert outputs.frames_written == 0
    assert [*tmp_path.iterdir()] == []


def test_the_background_is_the_picture_with_the_least_covered(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path)
    assert outputs.background() is None
    fewest = image(0.2, boxes=1)
    for shown in (image(0.0, boxes=3), fewest, image(0.4, boxes=2)):
        outputs.picture(shown)
    background = outputs.background()
    assert background is not None
    decoded = cv2.imdecode(np.frombuffer(background, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert np.abs(decoded.astype(int) - fewest.bgr).mean() < 25, "that one, as JPEG"


def test_a_picture_that_cannot_be_drawn_is_no_still_and_the_event_stays(tmp_path: Path) -> None:
    class Faulty:
        wh = WH

        def bgr(self, wh: tuple[int, int], how: int) -> Any:
            raise RuntimeError("a fault in the redactor")

    shown = replace(image(), picture=Faulty(), made_by=redact_module._ONLY_HERE)
    outputs, event = Outputs(tmp_path, lenient=True), an_event(evidence=None)
    assert reported(outputs, event, shown) == [event]
    assert outputs.lost == {STILLS: 1}
    assert not (tmp_path / "stills").exists()


def test_a_trace_only_if_asked_for(tmp_path: Path) -> None:
    rows: Any = tracked([person(100)], wh=WH)
    Outputs(tmp_path).people(1, rows, None)  # type: ignore[arg-type]
    assert [*tmp_path.iterdir()] == []
    with Outputs(tmp_path, trace=Trace(tmp_path)):
        assert {p.name for p in tmp_path.iterdir()} == {"tracks.txt", "ground.csv"}


class Part:
    """A video or trace that notes its end, badly if told so."""

    def __init__(self, *, breaks: bool) -> None:
        self.breaks, self.closed = breaks, 0

    def close(self) -> None:
        self.closed += 1
        if self.breaks:
            raise StoreError("the disk is full")


@pytest.mark.parametrize(("video_breaks", "trace_breaks"), [(True, False), (False, True), (True, True)])
def test_one_file_that_cannot_be_finished_does_not_keep_the_other_open(
    tmp_path: Path, video_breaks: bool, trace_breaks: bool
) -> None:
    video, trace = Part(breaks=video_breaks), Part(breaks=trace_breaks)
    with pytest.raises(StoreError), Outputs(tmp_path, video, trace):  # type: ignore[arg-type]
        pass
    assert (video.closed, trace.closed) == (1, 1)


def test_takes_redacted_pictures_only(tmp_path: Path) -> None:
    raw: Any = frame(WH, 0.0)
    with Outputs(tmp_path, RedactedVideo(tmp_path / "redacted.mp4")) as outputs:
        with pytest.raises((TypeError, AttributeError)):
            outputs.picture(raw)
        with pytest.raises((TypeError, AttributeError)):
            reported(outputs, an_event(), raw)
    assert not (tmp_path / "redacted.mp4").exists(), "a video without a picture is no file"
    assert [*tmp_path.glob("stills/*.jpg")] == []


def test_the_times_of_the_pictures_are_kept(tmp_path: Path) -> None:
    # A variable rate: the video must play at the recording's pace.
    import av

    with Outputs(tmp_path, RedactedVideo(tmp_path / "redacted.mp4")) as outputs:
        for t_s in (0.0, 0.1, 0.5, 2.0):
            outputs.picture(image(t_s))
    with av.open(str(tmp_path / "redacted.mp4")) as video:
        times = [float(shown.time or 0) for shown in video.decode(video=0)]
    assert times == pytest.approx([0.0, 0.1, 0.5, 2.0], abs=0.002)
    assert Timestamp(0).utc is None


def test_the_recording_has_its_own_rate_and_other_pictures_are_not_drawn_for_it(tmp_path: Path) -> None:
    times_s = [n / 8 for n in range(33)]
    with Outputs(tmp_path, RedactedVideo(tmp_path / "redacted.mp4"), video_fps=4.0) as outputs:
        wanted = [t_s for t_s in times_s if outputs.wants(at(t_s)) and not outputs.picture(image(t_s))]
        assert outputs.frames_written == len(wanted) == pytest.approx(17, abs=1)
        outputs.picture(image(4.1))  # drawn for an event
        assert outputs.frames_written == len(wanted), "a picture that was not due is not recorded"


def test_a_viewer_gets_the_redacted_picture_and_costs_nothing_when_gone(tmp_path: Path) -> None:
    tile = LiveTile()
    outputs = Outputs(tmp_path, live=tile)
    outputs.picture(image())  # the one for the report's background
    assert not outputs.wants(at(0.1))
    assert tile.picture() is None
    assert outputs.wants(at(0.1))
    outputs.picture(image(0.1, boxes=1))
    assert tile.picture() is not None
    assert not outputs.wants(at(0.2))
