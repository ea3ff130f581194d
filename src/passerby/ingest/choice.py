"""Selects one of a container's videos: the one that a player would show."""

from __future__ import annotations

from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

_COVER = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_IMPAIRED = Disposition.hearing_impaired | Disposition.visual_impaired
# As av_find_best_stream: this many frames are a film, and more are not better.
_A_FILM = 5
# If a container counts no frames, a video in one of these codecs counts as a single picture.
_STILLS = frozenset({"mjpeg", "png", "bmp", "gif", "webp", "tiff", "jpeg2000"})


def video_stream(container: InputContainer) -> VideoStream | None:
    """The video to read; None if no video has a decoder. Cover pictures and thumbnails do not count.

    A film has precedence over a picture or two; then the order is that of av_find_best_stream: disposition first.
    The number of pixels replaces its bit rates, which many containers do not contain.
    """
    return max(_videos(container), key=_rank, default=None)


def choice_note(container: InputContainer, chosen: VideoStream) -> str | None:
    """A note about the choice; None if there was only one video."""
    others = [stream for stream in _videos(container) if stream.index != chosen.index]
    if not others:
        return None
    unread = ", ".join(dict.fromkeys(_described(stream) for stream in others))
    return (
        f"contains {len(others) + 1} videos; the one shown by players is read ({_described(chosen)}), not "
        f"{unread}: to read another, export it alone"
    )


def _videos(container: InputContainer) -> list[VideoStream]:
    videos = container.streams.video
    return [s for s in videos if s.codec_context is not None and not s.disposition & _COVER]


def _rank(stream: VideoStream) -> tuple[int, int, int, int, int]:
    shown = (not stream.disposition & _IMPAIRED) + bool(stream.disposition & Disposition.default)
    codec = stream.codec_context
    # Of equal ones the first, as in a player.
    return _frames(stream), shown, codec.width * codec.height, stream.bit_rate or 0, -stream.index


def _frames(stream: VideoStream) -> int:
    if stream.frames:
        return min(_A_FILM, stream.frames)
    return 1 if stream.codec_context.name in _STILLS else _A_FILM


def _described(stream: VideoStream) -> str:
    codec = stream.codec_context
    return f"{codec.width} x {codec.height} px, {codec.name}"
