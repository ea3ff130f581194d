"""The results of one run over one camera: summary.json and the data of the report. They contain no track."""

from __future__ import annotations

from dataclasses import dataclass, field

from passerby.contracts.arrays import F64, frozen
from passerby.contracts.events import FlowSample, OccupancySample, ZoneSample


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The detector: name, checksum of the file(s), runtime, input size, lowest score that starts a track."""

    name: str
    sha256: str
    runtime: str
    input_wh: tuple[int, int]
    score: float


@dataclass(frozen=True, slots=True)
class StageTime:
    """Wall time of one stage per analysed frame, ms."""

    stage: str
    mean_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """The mean covered fraction of the redacted pictures, 0 to 1, and its parts by reason.

    people: a box lies there, or did a moment ago. motion: something moves or differs there. learning: neither, but
    the background is not known yet.
    """

    share: float
    people: float
    motion: float
    learning: float

    def __str__(self) -> str:
        parts = (("people", self.people), ("motion", self.motion), ("not learned", self.learning))
        why = ", ".join(f"{name} {part:.0%}" for name, part in parts if part >= 0.005)
        return f"{self.share:.0%} ({why})" if why else f"{self.share:.0%}"


@dataclass(frozen=True, slots=True)
class Summary:
    """One run over one camera: the contents of summary.json.

    seconds: analysed duration of the recording or session; wall_s: elapsed time.
    frames: decoded; frames_analysed: passed to the detector; frames_written: redacted and stored.
    people_max: most confirmed people in the picture at once.
    people_total: number of confirmed tracks; a person who leaves and returns counts twice.
    calibration_rms_cm: residual of the surveyed points; None without calibration.
    stopped_at_s: time at which a recording was interrupted; None if its end was reached, and for a live camera.
    recording_s: length of the recording; None if it is unknown, and for a live camera.
    levels: per zone the level of service, A to F, of its fullest window; none without calibration.
    covered: None without redacted pictures of the place.
    hints: sentences on what a configuration would add. notes: sentences about unusual input.
    """

    station: str
    camera: str
    source: str
    picture_wh: tuple[int, int]
    seconds: float
    wall_s: float
    frames: int
    frames_analysed: int
    frames_written: int
    time_is_assumed: bool
    people_max: int
    people_total: int
    events: dict[str, int]
    stages: tuple[StageTime, ...]
    model: ModelInfo
    redaction: str
    calibration_rms_cm: float | None
    gaps: tuple[str, ...]
    lost: dict[str, int]
    hints: tuple[str, ...]
    notes: tuple[str, ...]
    version: str
    levels: dict[str, str] = field(default_factory=dict)
    stopped_at_s: float | None = None
    recording_s: float | None = None
    covered: Coverage | None = None


@dataclass(frozen=True, slots=True)
class ZoneSeries:
    """People in one zone over time: mean count per bucket; NaN if there was no picture."""

    name: str
    kind: str
    area_m2: float | None
    polygon_px: tuple[tuple[float, float], ...]
    count: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LineSeries:
    """Crossings of one line per bucket, by direction."""

    name: str
    from_px: tuple[float, float]
    to_px: tuple[float, float]
    in_: tuple[int, ...]
    out: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The data of the report's charts.

    bucket_s: seconds per bucket of every series; people: mean people in the picture per bucket.
    heat: float64 (rows, cols) over the picture, person-seconds per cell.
    windows, flows, places: the samples of the run, or the last of them.
    speed_edges_mps (K+1,), speed_s (K,): person-seconds walked at each speed; empty without calibration.
    """

    bucket_s: float
    people: tuple[float, ...]
    zones: tuple[ZoneSeries, ...]
    lines: tuple[LineSeries, ...]
    heat: F64
    speed_edges_mps: tuple[float, ...]
    speed_s: tuple[float, ...]
    windows: tuple[ZoneSample, ...] = ()
    flows: tuple[FlowSample, ...] = ()
    places: tuple[OccupancySample, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "heat", frozen("heat", self.heat, "float64", (None, None)))
