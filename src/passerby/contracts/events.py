"""What leaves the pipeline. Each field is listed with its reason in docs/egress.md; no field holds a track."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

SCHEMA = 1
# These have no duration: their one `start` is the whole incident.
MOMENTARY_KINDS = frozenset({"line_crossing"})
Unit = Literal["", "m", "s", "m/s", "person", "person/m2", "person/m2/min"]


class Phase(StrEnum):
    """Where in its life an incident is."""

    START = "start"
    UPDATE = "update"
    END = "end"


class Severity(StrEnum):
    """How soon somebody should look."""

    INFO = "info"
    WARNING = "warning"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Measure:
    """One named figure of an event, with one standard deviation where there is one."""

    name: str
    value: float | str
    unit: Unit = ""
    sd: float | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """A redacted still and, where one is recorded, a redacted clip; paths are relative to the results folder.

    sha256: of the still. redaction: how both were redacted. clip: None where there is none.
    clip_sha256: None until the clip is finished. gone: why and when (RFC 3339) both were removed; None while kept.
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

    id: the incident's; start, update and end share it. (id, seq) is unique and makes delivery idempotent.
    seq: 0 for the start, then counting up.
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
    coverage: 0 to 1, the share of the window that had a picture.
    resolved: 0 to 1, the share of the zone's floor where a person is large enough to be found; None as above.
    level: level of service A to F of density_per_m2.
    trend_per_m2_min: how fast the density grew, over up to three minutes; None before one minute.
    is_lower_bound: people hide each other, or are too small to be found, so that there may well be more of them.
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

    people: as counted.
    low, high: where their true number lies, 95 % of the time, by the error measured on a clip of this camera in
    which `error_people` were counted by hand; None without one: the error is unknown.
    coverage: share of the time from the first to the last window that had a picture.
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
    """How many people are in a place, by those who went in and out, at the end of a window.

    place: a name of the configuration, perhaps bounded by lines of several cameras.
    camera: that of the window which completed this.
    people: never below 0. low, high: as in FlowSample, wider the more people passed since the last `reset`.
    drift: by how much the sum was too high when it was corrected in this window, 0 otherwise.
    reset: what corrected it: nobody was seen for long, the place was closed, or the sum stayed negative.
    coverage: the least of the windows' of the lines.
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
    """What a camera delivers."""

    LIVE = "live"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class CameraHealth:
    """How one camera and its loop did in one window."""

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


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without pictures. Missing picture is data, not silence."""

    camera: str
    from_s: float
    to_s: float
    utc: str | None
    why: str


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A finished file of evidence, as retention and the audit log know it.

    path: relative to the results folder. event: the incident's id. seconds: of video, 0 for a still.
    utc: when the camera took its first picture; None for a recording.
    """

    path: str
    event: str
    camera: str
    kind: Literal["still", "clip"]
    sha256: str
    bytes: int
    seconds: float
    utc: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """What one camera's pictures came to since the last account: seen, shown, stored, lost.

    utc: when; None for a recording. frames_in: pictures that arrived; frames_out: redacted pictures made.
    pixels_out: all pixels of those; pixels_covered: how many of them were covered.
    video_frames: written as redacted video. bytes_written: of stills, clips and video. lost: pictures or
    files that should have been stored and could not.
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
