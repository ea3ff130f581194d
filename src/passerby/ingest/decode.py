"""Decodes an open container: damage is counted and skipped, and never ends the reading by itself."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.ingest.picture import square_wh
from passerby.ingest.source import Losses, SourceInfo

# A damaged index can cause an error for every read: this many in a row end the reading.
MAX_READ_ERRORS = 100


def nominal_fps(stream: VideoStream) -> float | None:
    """The frame rate stated by the stream, None if it does not state one.

    A raw H.264 stream states it only inside the codec; its container always claims 25.
    """
    in_codec, in_container = stream.codec_context.framerate, (stream.average_rate, stream.guessed_rate)
    stated = (*in_container, in_codec) if stream.frames or stream.duration else (in_codec, *in_container)
    rates = [float(rate) for rate in stated if rate]
    # An average over a hole, or the tick of a clock, is not a frame rate.
    return next((fps for fps in rates if 1 <= fps <= 240), next((fps for fps in rates if 0 < fps <= 240), None))


def stream_info(stream: VideoStream) -> SourceInfo:
    """Return the size of the pictures as they are shown, the stated rate and the codec of a live stream."""
    codec = stream.codec_context
    return SourceInfo(
        square_wh((codec.width, codec.height), stream.sample_aspect_ratio), nominal_fps(stream), codec.name
    )


def packets(container: InputContainer, stream: VideoStream, losses: Losses) -> Iterator[Packet[VideoStream]]:
    """Packets of a file to its end; read errors are counted and skipped while further packets arrive."""
    failed = 0
    while failed < MAX_READ_ERRORS:
        try:
            for packet in container.demux(stream):
                yield packet
                failed = 0
            return
        except (av.error.FFmpegError, IndexError):  # IndexError: of PyAV, for a stream that begins in the middle
            losses.decode_errors += 1
            failed += 1


def stream_s(packet: Packet[VideoStream]) -> float | None:
    """The decoding time of a packet in its stream, seconds; None if it has none."""
    return None if packet.dts is None else float(packet.dts * packet.time_base)


def decoded(packet: Packet[VideoStream], losses: Losses) -> list[VideoFrame]:
    """The pictures decoded with this packet; a damaged packet is counted and gives none."""
    try:
        frames = packet.decode()
    except av.error.EOFError:
        return []
    except av.error.FFmpegError:
        losses.decode_errors += 1
        return []
    losses.decode_errors += sum(frame.is_corrupt for frame in frames)
    return frames
