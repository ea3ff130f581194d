"""Opens a video file and examines it: its first picture, its rate, its length."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.contracts.errors import InputError
from passerby.contracts.time import NS_PER_S
from passerby.ingest import decode
from passerby.ingest.choice import choice_note, video_stream
from passerby.ingest.errors import file_error
from passerby.ingest.limits import CAP, DECODER_OPTIONS, MAX_ALLOCATION_BYTES, too_large
from passerby.ingest.picture import upright_wh
from passerby.ingest.source import Losses, SourceInfo
from passerby.ingest.times import PictureTimes

DEFAULT_FPS = 25.0
_MADE_UP_TIMES: int = av.container.Flags.gen_pts.value  # type: ignore[assignment]
# A playlist may contain other addresses: a recording is read from this machine's disk only.
_OPTIONS = {"protocol_whitelist": "file", "max_streams": "100", **DECODER_OPTIONS}


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture with its time on the file's clock, ns, None if unknown."""

    frame: VideoFrame
    pts_ns: int | None


@dataclass(frozen=True, slots=True)
class OpenRecording:
    """An open file with a decoded first picture.

    pictures: every picture of the file, once; times: of those taken so far. choice: a note if the file contains
    several videos. end_ns: end of the file in its header, on the file's own clock; None if it is not stated.
    pixel_aspect: width of a pixel over its height, None if the file does not state it.
    """

    path: str
    container: InputContainer
    info: SourceInfo
    fps: float
    pictures: Iterator[Picture]
    times: PictureTimes
    end_ns: int | None
    pixel_aspect: Fraction | None
    choice: str | None


def open_recording(path: str, assumed_fps: float | None, losses: Losses) -> OpenRecording:
    """Open `path`; damage is counted in `losses`. Raises InputError naming file, reason and remedy."""
    container = _container(path)
    try:
        return _look(path, container, assumed_fps, losses)
    except BaseException:
        container.close()
        raise


def _container(path: str) -> InputContainer:
    _must_be_a_file(path)
    CAP.allow(MAX_ALLOCATION_BYTES)
    try:
        # "file:" because a name with a colon would otherwise be read as a protocol.
        container = av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise file_error(path, error) from error
    # PyAV requests generated presentation times if a file has none; they are wrong if pictures are reordered.
    container.flags &= ~_MADE_UP_TIMES
    return container


def _must_be_a_file(path: str) -> None:
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: it cannot be read ({error}); check the path and its permissions") from error
    if stat.S_ISDIR(found.st_mode):
        raise InputError(f"{path}: this is a directory; give a video file in it")
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"{path}: this is not a regular file; give a video file or an rtsp:// address")
    if found.st_size == 0:
        raise InputError(f"{path}: the file is empty (0 bytes); record or copy it again")


def _look(path: str, container: InputContainer, assumed_fps: float | None, losses: Losses) -> OpenRecording:
    stream = video_stream(container)
    if stream is None:
        raise InputError(f"{path}: {_why_no_video(container)}")
    codec = stream.codec_context
    if fault := too_large((codec.width, codec.height)):
        raise InputError(f"{path}: {fault}")
    codec.options = {**codec.options, **DECODER_OPTIONS}
    stream.thread_type = "AUTO"
    times = PictureTimes()
    pictures = _pictures(container, stream, losses, times)
    first = next(pictures, None)
    if first is None:
        raise InputError(f"{path}: none of its pictures can be decoded; the file is damaged, export it again")
    timeless = first.pts_ns is None
    fps = (assumed_fps if timeless else None) or decode.nominal_fps(stream) or assumed_fps or DEFAULT_FPS
    return OpenRecording(
        path=path,
        container=container,
        info=_info(stream, container, first.frame, fps, timeless),
        fps=fps,
        pictures=chain([first], pictures),
        times=times,
        end_ns=None if timeless else _end_ns(stream, container),
        pixel_aspect=stream.sample_aspect_ratio,
        choice=choice_note(container, stream),
    )


def _pictures(
    container: InputContainer, stream: VideoStream, losses: Losses, times: PictureTimes
) -> Iterator[Picture]:
    for packet in decode.packets(container, stream, losses):
        for frame in decode.decoded(packet, losses):
            yield Picture(frame, times.next_ns(frame))


def _why_no_video(container: InputContainer) -> str:
    if container.streams.video:
        return "its video has a codec that cannot be decoded here; convert it to H.264"
    if container.streams.audio:
        return "it contains sound and no video; give a video file"
    return "it contains no video; give a video file"


def _info(
    stream: VideoStream, container: InputContainer, first: VideoFrame, fps: float, timeless: bool
) -> SourceInfo:
    frames = stream.frames or None
    seconds = _seconds(stream, container)
    if timeless:
        seconds = frames / fps if frames else None
    return SourceInfo(
        wh=upright_wh(first, stream.sample_aspect_ratio),
        fps=fps if timeless else decode.nominal_fps(stream),
        codec=stream.codec_context.name,
        frames=frames,
        seconds=seconds,
        time_is_assumed=timeless,
    )


def _seconds(stream: VideoStream, container: InputContainer) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    span = _container_span(container)
    return (span[1] - span[0]) / av.time_base if span else None


def _end_ns(stream: VideoStream, container: InputContainer) -> int | None:
    if stream.duration and stream.time_base:
        return round(((stream.start_time or 0) + stream.duration) * stream.time_base * NS_PER_S)
    span = _container_span(container)
    # The container's length applies to the pictures only if nothing else in it can be longer.
    return span[1] * (NS_PER_S // av.time_base) if span and len(container.streams) == 1 else None


def _container_span(container: InputContainer) -> tuple[int, int] | None:
    """Start and end in units of av.time_base."""
    start, length = container.start_time or 0, container.duration or 0
    if length <= 0:
        return None
    # Some writers count from 0, some from the first picture: the earlier end is certain to exist.
    from_zero = container.format.name.partition(",")[0] in ("matroska", "flv") and length > start
    return start, length if from_zero else start + length
