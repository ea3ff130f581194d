"""A recorded video, frame by frame, with each frame's time in the file."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import VideoFrame

from passerby.contracts.errors import InputError
from passerby.contracts.events import Gap
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.ingest.cuts import SceneCuts
from passerby.ingest.picture import DecodedPicture, Pictures, brightness
from passerby.ingest.recording import OpenRecording, open_recording
from passerby.ingest.source import IsIdle, Losses, SourceInfo, Wants, every_frame, never_idle
from passerby.ingest.timeline import Timeline
from passerby.ingest.whole import is_whole
from passerby.pixels.frame import RawFrame

# A header may round its length up by a frame or two; more than this missing at the end is worth a word.
_SHORT_NS = NS_PER_S // 2
_SHORT_SHARE = 0.02
_MOST_CUTS_LISTED = 3


class FileSource:
    """A video file as a FrameSource: its decoded frames are numbered from 1.

    Times follow the file's own (see timeline.py). If it has none they are generated from `assumed_fps`, or from
    the rate in the file, or from 25 frames per second, and `SourceInfo.time_is_assumed` is set.
    Damage is counted and skipped.
    """

    def __init__(self, path: str | Path, camera: str, assumed_fps: float | None = None) -> None:
        self._path = str(path)
        self._camera = camera
        self._assumed_fps = assumed_fps
        self._losses = Losses()
        self._notes: tuple[str, ...] = ()
        self._recording: OpenRecording | None = None

    @property
    def losses(self) -> Losses:
        """Counters so far."""
        return self._losses

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes about the file for a reader of the results; complete once frames() has ended."""
        return self._notes

    def open(self) -> SourceInfo:
        """Open the file and decode its first picture. Raises InputError naming the file and the reason."""
        self.close()
        self._losses = Losses()
        self._recording = open_recording(self._path, self._assumed_fps, self._losses)
        return self._recording.info

    def frames(
        self, stop: threading.Event, wants: Wants = every_frame, _: IsIdle = never_idle
    ) -> Iterator[RawFrame | Gap]:
        """Yield the wanted frames up to the end of the file or `stop`, and a Gap where its clock jumps or breaks.

        Raises InputError if not one picture could be converted.
        """
        if self._recording is None:
            self.open()
        assert self._recording is not None
        recording, pictures, cuts = self._recording, Pictures(), SceneCuts()
        timeline = Timeline(round(NS_PER_S / recording.fps))
        for number, picture in enumerate(recording.pictures, 1):
            if stop.is_set():
                return
            before_ns, step = timeline.last_ns, timeline.step(picture.pts_ns)
            if step.gap:
                yield Gap(self._camera, before_ns / NS_PER_S, step.mono_ns / NS_PER_S, None, step.gap)
            at = Timestamp(step.mono_ns)
            if cuts.is_due(at.s):
                cuts.see(brightness(picture.frame), at.s)
            if not wants(number, at):
                continue
            decoded = self._decoded(pictures, picture.frame, recording.pixel_aspect)
            if decoded is not None:
                yield RawFrame(self._camera, number, at, decoded)
        self._finish(recording, pictures, timeline, cuts)

    def close(self) -> None:
        """Free the decoder; may be called twice."""
        if self._recording is not None:
            self._recording.container.close()
            self._recording = None

    def _decoded(
        self, pictures: Pictures, frame: VideoFrame, pixel_aspect: Fraction | None
    ) -> DecodedPicture | None:
        try:
            return pictures.of(frame, pixel_aspect)
        except av.error.FFmpegError:
            self._losses.decode_errors += 1
            return None

    def _finish(self, recording: OpenRecording, pictures: Pictures, timeline: Timeline, cuts: SceneCuts) -> None:
        if not pictures.converted:
            raise InputError(f"{self._path}: its pixel format cannot be converted; convert the video to H.264")
        reported = (*_notes(recording, self._losses, timeline, pictures.curve), *_cut_notes(cuts.at_s))
        self._notes = tuple(f"{self._path} {what}." for what in reported)


def _notes(recording: OpenRecording, losses: Losses, timeline: Timeline, curve: str | None) -> Iterator[str]:
    fps = f"{recording.fps:g} frames per second are assumed"
    if recording.choice:
        yield recording.choice
    if curve:
        yield f"has a high dynamic range ({curve}); its tones were converted to standard range"
    if recording.info.time_is_assumed:
        yield f"has no times; {fps}, and speeds and durations depend on it"
    elif timeline.assumed:
        yield f"has no usable time for {timeline.assumed} frames; {fps} there"
    if losses.decode_errors:
        yield f"is damaged: {losses.decode_errors} packets or pictures could not be decoded completely"
    missing_s = _missing_s(recording)
    if missing_s and is_whole(recording.path) is not True:
        yield f"was truncated: it ends {missing_s:.1f} s before the end in its header"


def _cut_notes(at_s: Sequence[float]) -> Iterator[str]:
    if at_s:
        listed = ", ".join(f"{s:.1f} s" for s in at_s[:_MOST_CUTS_LISTED])
        more = f" and {len(at_s) - _MOST_CUTS_LISTED} times more" if len(at_s) > _MOST_CUTS_LISTED else ""
        yield f"changes to another scene at {listed}{more}; zones and floor apply to one scene: cut it there"


def _missing_s(recording: OpenRecording) -> float:
    if recording.end_ns is None or recording.times.end_ns is None:
        return 0.0
    missing_ns = recording.end_ns - recording.times.end_ns
    allowed_ns = max(_SHORT_NS, _SHORT_SHARE * (recording.info.seconds or 0.0) * NS_PER_S)
    return missing_ns / NS_PER_S if missing_ns > allowed_ns else 0.0
