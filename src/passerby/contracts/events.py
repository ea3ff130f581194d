"""The data that leaves the pipeline; docs/egress.md gives a reason for each field. No field contains a track."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

SCHEMA = 1
# As it is written in a configuration.
SeverityName = Literal["info", "warning", "alarm"]
Unit = Literal["", "m", "s", "m/s", "person", "person/m2", "person/m2/min"]


class Phase(StrEnum):
    """The phase of an incident."""

    START = "start"
    UPDATE = "update"
    END = "end"


class Severity(StrEnum):
    """The urgency of an event."""

    INFO = "info"
    WARNING = "warning"
    ALARM = "alarm"

    @property
    def rank(self) -> int:
        """The position among the severities, 0 for the least urgent."""
        return [*Severity].index(self)


@dataclass(frozen=True, slots=True)
class Measure:
    """One named figure of an event; sd: one standard deviation, None if there is none."""

    name: str
    value: int | float | str  # int for pydantic, which warns about a whole number in the place of a float
    unit: Unit = ""
    sd: float | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """A redacted still and, if recorded, a redacted clip; paths are relative to the results folder.

    sha256: of the still. redaction: the redaction method. clip: None if there is none.
    clip_sha256: None until the clip is finished. gone: reason and time (RFC 3339) of the removal of both; None
    while they are stored.
    """

    still: str
    sha256: str
    redaction: str
    clip: str | None = None
    clip_sha256: str | None = None
    gone: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of events.jsonl.

    id: the incident's id, shared by start, update and end. (id, seq) is unique and makes delivery idempotent.
    seq: 0 for the start, then increasing.
    place: the zone or line, or "" for the whole camera.
    began_s, at_s: seconds since the first frame of this camera's session.
    utc: RFC 3339, or None for a recording.
    """

    id: str
    seq: int
    kind: str
    phase: Phase
    camera: str
    place: str
    began_s: float
    at_s: float
    utc: str | None
    people: int
    severity: Severity
    measures: tuple[Measure, ...] = ()
    evidence: EvidenceRef | None = None
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class ZoneSample:
    """One zone for one window (a minute).

    count_mean: people in the zone, averaged over the time that had a picture.
    density_per_m2: count_mean over the zone's area; None without calibration.
    coverage: 0 to 1, the fraction of the window with a picture.
    resolved: 0 to 1, the fraction of the zone's floor where a person is large enough to be found; None as above.
    level: level of service A to F of density_per_m2.
    trend_per_m2_min: growth of the density over up to three minutes; None in the first minute.
    is_lower_bound: people occlude each other, or are too small to be found, so the true number may be higher.
    """

    camera: str
    zone: str
    from_s: float
    utc: str | None
    window_s: float
    count_mean: float
    count_max: int
    density_per_m2: float | None
    entries: int
    exits: int
    coverage: float
    resolved: float | None = None
    level: str | None = None
    trend_per_m2_min: float | None = None
    is_lower_bound: bool = False


@dataclass(frozen=True, slots=True)
class LineSample:
    """People over one line in one window, by direction."""

    camera: str
    line: str
    from_s: float
    utc: str | None
    window_s: float
    in_: int
    out: int
    coverage: float


@dataclass(frozen=True, slots=True)
class FlowSample:
    """People over one line in one direction in a quarter of an hour.

    people: the count.
    low, high: 95 % confidence interval of the true number, from the error measured on a clip of this camera in
    which `error_people` were counted by hand; None without one: the error is unknown.
    coverage: fraction of the time from the first to the last window with a picture.
    """

    camera: str
    line: str
    direction: Literal["in", "out"]
    from_s: float
    utc: str | None
    window_s: float
    people: int
    low: float | None
    high: float | None
    error_people: int | None
    coverage: float


@dataclass(frozen=True, slots=True)
class OccupancySample:
    """The number of people in a place at the end of a window: people counted in minus people counted out.

    place: a name of the configuration; lines of several cameras may bound it.
    camera: the camera of the window that completed this sample.
    people: never below 0. low, high: as in FlowSample; they widen with the people counted since the last `reset`.
    drift: the excess of the sum that was corrected in this window, 0 otherwise.
    reset: reason of the correction: no people seen for a long time, the place closed, or the sum stayed negative.
    coverage: the smallest coverage of the lines' windows.
    """

    camera: str
    place: str
    from_s: float
    utc: str | None
    window_s: float
    people: int
    low: float | None
    high: float | None
    drift: int
    reset: Literal["empty", "closed", "negative"] | None
    coverage: float


class CameraStatus(StrEnum):
    """connecting: no picture has come so far. live: pictures arrive and show the place. stale: the newest picture
    or report is old, or the picture is frozen. down: no pictures arrive. blind: they show nothing of the place."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    DOWN = "down"
    BLIND = "blind"

    @property
    def has_pictures(self) -> bool:
        """Whether pictures arrive, of whatever."""
        return self not in (CameraStatus.CONNECTING, CameraStatus.DOWN)


@dataclass(frozen=True, slots=True)
class CameraHealth:
    """The health of one camera and its loop in one window, which ends when the state changes.

    faults: kinds of the picture's faults that were present, separated by spaces. sharpness: at the end of the
    window, as a fraction of the best; None if it could not be measured. brightness: then, 0 to 255. why: the
    reason of the state, for people; "" for a live camera.
    """

    camera: str
    from_s: float
    utc: str | None
    window_s: float
    state: CameraStatus
    fps: float
    dropped: int
    decode_errors: int
    p95_ms: float | None
    utc_err_ms: float | None
    faults: str = ""
    sharpness: float | None = None
    brightness: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """An interval without pictures."""

    camera: str
    from_s: float
    to_s: float
    utc: str | None
    why: str


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file with redacted pictures, recorded before it exists and again when it is finished.

    path: relative to the results folder. event: the incident's id, "" for a video or report.
    sha256: "" until it is finished. seconds: of video, 0 for a still or report.
    utc: when the camera took its first picture; None for a recording.
    """

    path: str
    event: str
    camera: str
    kind: Literal["still", "clip", "video", "report"]
    sha256: str = ""
    bytes: int = 0
    seconds: float = 0.0
    utc: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Numbers of one camera's pictures since the last account: received, shown, stored, lost.

    utc: its time; None for a recording. frames_in: pictures that arrived; frames_out: redacted pictures made.
    pixels_out: all pixels of those; pixels_covered: how many of them were covered.
    video_frames: written as redacted video. bytes_written: of stills, clips and video. lost: pictures or
    files that could not be stored.
    """

    camera: str
    utc: str | None
    frames_in: int
    frames_out: int
    pixels_out: int
    pixels_covered: int
    video_frames: int
    stills: int
    clips: int
    bytes_written: int
    lost: int
