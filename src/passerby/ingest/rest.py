"""Decodes only the key frames of a camera whose place is empty, until something moves.

The packets since the last key frame are kept, bounded, and decoded when the camera wakes; so the picture of the
moment is there at once, and no picture is damaged.
"""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

from av.packet import Packet
from av.video.stream import VideoStream

from passerby.ingest.quiet import QuietLevel

Packets: TypeAlias = "list[Packet[VideoStream]]"

# After motion every picture is decoded for this time, seconds; with a person in it, until the place is empty
# again. Chosen: four pictures at the usual idle rate.
AWAKE_S = 2.0
# Sizes belong to the empty place if nobody was found for this time, seconds. Chosen: a picture is analysed
# meanwhile, see MOST_KEPT_S.
CONFIRMED_S = 6.0
_MOST_UNSURE = 1000
# The kept packets are decoded when they reach one of these limits, so a camera with distant key frames is looked
# at as often, and sixteen cameras keep 64 MB at most. Chosen: longer than the usual distance of key frames (1 to
# 4 s), at 6 Mbit/s.
MOST_KEPT_S, MOST_KEPT_BYTES = 5.0, 4 << 20


class Rest:
    """Chooses the packets of one stream to decode. The decoder must give its pictures without reordering."""

    def __init__(self) -> None:
        self._level = QuietLevel()
        self._kept: Packets = []
        self._bytes, self._since_s = 0, 0.0
        self._moved_s: float | None = None
        self._unsure: deque[tuple[float, float]] = deque(maxlen=_MOST_UNSURE)

    def step(self, packet: Packet[VideoStream], at_s: float, *, is_idle: bool) -> Packets:
        """Return the packets to decode now, in order; [] if this one is kept.

        at_s: the packet's own time. is_idle: the place was empty in the last analysed picture.
        """
        if packet.is_keyframe and is_idle:
            self._drop()
            return [packet]
        average = self._level.average(packet.size)
        if not is_idle:
            self._moved_s = None
            self._unsure.clear()
            return self._all(packet)
        self._learn(average, at_s)
        if self._is_awake(average, at_s) or not self._level.is_known:
            return self._all(packet)
        return self._keep(packet, at_s)

    def _learn(self, average: float, at_s: float) -> None:
        """Learn what is old enough: nobody was found since."""
        if self._unsure and not 0 <= at_s - self._unsure[-1][0] < CONFIRMED_S:
            self._unsure.clear()
        self._unsure.append((at_s, average))
        while at_s - self._unsure[0][0] >= CONFIRMED_S:
            self._level.learn(self._unsure.popleft()[1])

    def _is_awake(self, average: float, at_s: float) -> bool:
        """Return whether something moves or has just moved."""
        if self._level.is_motion(average):
            self._moved_s = at_s
        return self._moved_s is not None and 0 <= at_s - self._moved_s < AWAKE_S

    def _keep(self, packet: Packet[VideoStream], at_s: float) -> Packets:
        if not self._kept:
            self._since_s = at_s
        self._kept.append(packet)
        self._bytes += packet.size
        is_full = self._bytes > MOST_KEPT_BYTES or not 0 <= at_s - self._since_s <= MOST_KEPT_S
        return self._drop() if is_full else []

    def _all(self, packet: Packet[VideoStream]) -> Packets:
        return [*self._drop(), packet]

    def _drop(self) -> Packets:
        kept, self._kept, self._bytes = self._kept, [], 0
        return kept
