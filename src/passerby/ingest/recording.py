"""Opens a video file and looks at it: its first picture, its rate, its length."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.contracts.errors import InputError
from passerby.contracts.time import NS_PER_S
from passerby.ingest import decode
from passerby.ingest.choice import choice_told, video_stream
from passerby.ingest.errors import file_error
from passerby.ingest.picture import upright_wh
from passerby.ingest.source import Losses, SourceInfo

DEFAULT_FPS = 25.0
# A playlist may name other addresses: a recording is read from this machine's disk or not at all.
_OPTIONS = {"protocol_whitelist": "file"}


@dataclass(frozen=True, slots=True)
class Recording:
    """An open file whose first picture is known to decode.

    pictures: every picture of the file, once. end_ns: where the header says the file ends, on the file's own
    clock; None if it does not say. choice: what to say if it holds several videos.
    """

    container: InputContainer
    info: SourceInfo
    fps: float
    pictures: Iterator[VideoFrame]
    end_ns: int | None
    choice: str | None = None


def open_recording(path: str, assumed_fps: float | None, losses: Losses) -> Recording:
    """Open `path`; damage met is counted in `losses`. Raises InputError naming file, reason and cure."""
    container = _container(path)
    try:
        return _look(path, container, assumed_fps, losses)
    except BaseException:
        container.close()
        raise


def _container(path: str) -> InputContainer:
    _must_be_a_file(path)
    try:
        # "file:" because a name with a colon would otherwise be taken for a protocol.
        return av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise file_error(path, error) from error


def _must_be_a_file(path: str) -> None:
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file; check the path") from None
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: it cannot be looked at ({error}); check the path and its permissions"
        ) from error
    if stat.S_ISDIR(found.st_mode):
        raise InputError(f"{path}: this is a directory; name a video file in it")
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"{path}: this is no regular file; name a video file or an rtsp:// address")
    if found.st_size == 0:
        raise InputError(f"{path}: the file is empty (0 bytes); record or copy it again")


def _look(path: str, container: InputContainer, assumed_fps: float | None, losses: Losses) -> Recording:
    stream = video_stream(container)
    if stream is None:
        raise InputError(f"{path}: {_why_no_video(container)}")
    stream.thread_type = "AUTO"
    frames = _frames(container, stream, losses)
    first = next(frames, None)
    if first is None:
        raise InputError(f"{path}: none of its pictures can be decoded; the file is damaged, export it again")
    timeless = decode.pts_ns(first) is None
    fps = (assumed_fps if timeless else None) or decode.nominal_fps(stream) or assumed_fps or DEFAULT_FPS
    return Recording(
        container=container,
        info=_info(stream, container, first, fps, timeless),
        fps=fps,
        pictures=chain([first], frames),
        end_ns=None if timeless else _end_ns(stream, container),
        choice=choice_told(container, stream),
    )


def _frames(container: InputContainer, stream: VideoStream, losses: Losses) -> Iterator[VideoFrame]:
    for packet in decode.packets(container, stream, losses):
        yield from decode.decoded(packet, losses)


def _why_no_video(container: InputContainer) -> str:
    if container.streams.video:
        return "its video is in a codec that cannot be decoded here; convert it to H.264"
    if container.streams.audio:
        return "it holds sound and no video; name a video file"
    return "it holds no video; name a video file"


def _info(
    stream: VideoStream, container: InputContainer, first: VideoFrame, fps: float, timeless: bool
) -> SourceInfo:
    frames = stream.frames or None
    seconds = _seconds(stream, container)
    if timeless:
        seconds = frames / fps if frames else None
    return SourceInfo(
        wh=upright_wh(first),
        fps=fps if timeless else decode.nominal_fps(stream),
        codec=stream.codec_context.name,
        frames=frames,
        seconds=seconds,
        time_is_assumed=timeless,
    )


def _seconds(stream: VideoStream, container: InputContainer) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration and container.duration > 0 else None


def _end_ns(stream: VideoStream, container: InputContainer) -> int | None:
    if stream.duration and stream.time_base:
        return round(((stream.start_time or 0) + stream.duration) * stream.time_base * NS_PER_S)
    # The container's length counts for the pictures only if nothing else in it can be longer.
    if container.duration and len(container.streams) == 1:
        return ((container.start_time or 0) + container.duration) * (NS_PER_S // av.time_base)
    return None
