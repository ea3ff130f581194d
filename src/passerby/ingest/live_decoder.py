"""Decodes one live stream: every packet, or as few as an empty place or a slow machine allow."""

from __future__ import annotations

import time

from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.ingest import decode
from passerby.ingest.catch_up import CatchUp
from passerby.ingest.rest import Rest
from passerby.ingest.source import IsIdle, Losses
from passerby.ingest.turns import MOST_AT_ONCE, Turns

_TURNS = Turns(MOST_AT_ONCE)


class LiveDecoder:
    """The decoder of a stream with its two reasons to leave packets out."""

    def __init__(self, stream: VideoStream, name: str, losses: Losses, is_idle: IsIdle) -> None:
        # Frame threads would add one picture of delay each; cameras run in parallel anyway.
        stream.thread_type = "NONE"
        self._codec, self._losses, self._is_idle = stream.codec_context, losses, is_idle
        self._catch_up, self._rest = CatchUp(self._codec, name), Rest()

    def decode(self, packet: Packet[VideoStream], stream_s: float | None) -> list[VideoFrame] | None:
        """Return the pictures that this packet makes available; None if it is kept because nothing moves.

        Of pictures that waited, only the newest. stream_s: time of the packet in the stream, if it has one.
        """
        if stream_s is None:
            return self._decoded(packet)
        self._catch_up.step(time.monotonic(), stream_s, is_key=packet.is_keyframe)
        self._losses.behind_s = self._catch_up.behind_s
        # A decoder that reorders pictures would show each key frame one key frame late.
        is_idle = not self._codec.has_b_frames and self._is_idle()
        due = self._rest.step(packet, stream_s, is_idle=is_idle)
        if not due:
            return None
        waited = [frame for kept in due[:-1] for frame in self._decoded(kept)]
        return self._decoded(due[-1]) or waited[-1:]

    def _decoded(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        with _TURNS:
            return decode.decoded(packet, self._losses)
