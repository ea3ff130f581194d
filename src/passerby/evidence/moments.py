"""Where in a camera's redacted video a moment is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from passerby.evidence.rolling import PREFIX, SEGMENT_S, stamp_of


@dataclass(frozen=True, slots=True)
class VideoMoment:
    """The name of a video file, and the seconds from its start to the moment."""

    name: str
    at_s: float


def moment_in(names: Iterable[str], at_s: float, utc: str | None) -> VideoMoment | None:
    """Return the moment in the files of a rolling video; None if no file can hold it.

    names: file names of one camera, others than videos are passed over. at_s, utc: the session time and the
    wall-clock time of the moment; a live camera's files are named by the latter.
    """
    wanted = f"{PREFIX}{stamp_of(at_s, utc)}.mp4"
    before = [name for name in names if _is_of_kind(name, wanted) and name <= wanted]
    if not before:
        return None
    name = max(before)
    from_s = _seconds(wanted) - _seconds(name)
    return VideoMoment(name, round(from_s, 3)) if from_s <= SEGMENT_S else None


def _is_of_kind(name: str, wanted: str) -> bool:
    """Whether a name is made like the wanted one: both by the wall clock, or both by the session time."""
    return len(name) == len(wanted) and name.startswith(PREFIX) and name.endswith(".mp4")


def _seconds(name: str) -> float:
    stamp = name.removeprefix(PREFIX).removesuffix(".mp4")
    if stamp.isdigit():
        return int(stamp) / 1000
    return datetime.strptime(stamp, "%Y-%m-%dT%H%M%S%f%z").timestamp()
