"""The presentation time of each decoded picture of a file, from the valid one of its two clocks."""

from __future__ import annotations

from fractions import Fraction

from av.video.frame import VideoFrame

from passerby.contracts.time import NS_PER_S


def pts_ns(frame: VideoFrame) -> int | None:
    """The presentation time of the frame in the stream, ns; None if there is none."""
    return _ns(frame.pts, frame.time_base)


class PictureTimes:
    """Times of one file's pictures, in the order they are shown.

    The presentation times are used unless they run backwards more often than the decoding times, which come out
    in the same order: some AVI files carry only the latter. The rule is that of FFmpeg's best-effort timestamp,
    which PyAV does not pass on. A picture without either comes when the one before has been shown.
    """

    def __init__(self) -> None:
        self._pts, self._dts = _Clock(), _Clock()
        self._end_ns: int | None = None

    @property
    def end_ns(self) -> int | None:
        """End of the last picture, by its own duration; None if no picture had a time."""
        return self._end_ns

    def next_ns(self, frame: VideoFrame) -> int | None:
        """The time of the next picture on the file's clock; None if unknown."""
        pts, dts = frame.pts, frame.dts
        self._dts.step(dts if dts is not None else pts, counts=dts is not None)
        self._pts.step(pts if pts is not None else dts, counts=pts is not None)
        trusts_pts = dts is None or self._pts.faults <= self._dts.faults
        time_base = frame.time_base
        at_ns = _ns(pts if pts is not None and trusts_pts else dts, time_base)
        if at_ns is None and frame.duration:
            at_ns = self._end_ns
        if at_ns is not None:
            self._end_ns = at_ns + (_ns(frame.duration, time_base) or 0)
        return at_ns


class _Clock:
    """Counts how often a clock did not advance."""

    def __init__(self) -> None:
        self.faults = 0
        self._last: int | None = None

    def step(self, ticks: int | None, counts: bool) -> None:
        if ticks is None:
            return
        self.faults += counts and self._last is not None and ticks <= self._last
        self._last = ticks


def _ns(ticks: int | None, time_base: Fraction | None) -> int | None:
    if ticks is None or time_base is None:
        return None
    # Rounded in whole numbers: products of fractions took a tenth of the time of a small picture for each frame.
    halves, whole = 2 * ticks * NS_PER_S * time_base.numerator, 2 * time_base.denominator
    return (halves + time_base.denominator) // whole
