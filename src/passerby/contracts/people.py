"""People as arrays, from boxes to metres. Store, report and console must not import this module.

No type here can contain a picture, a feature vector or a free dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from passerby.contracts.arrays import F32, F64, I64, Bools, frozen
from passerby.contracts.events import Measure
from passerby.contracts.occlusion import occluded_rows
from passerby.contracts.time import Timestamp

# All columns of the row types below: dtype, and the shape of one row; None for a list of any length.
_COLUMNS: dict[str, tuple[str, tuple[int, ...] | None]] = {
    "id": ("int64", ()),
    "xyxy_px": ("float32", (4,)),
    "foot_px": ("float32", (2,)),
    "height_px": ("float32", ()),
    "width_px": ("float32", ()),
    "score": ("float32", ()),
    "age_s": ("float32", ()),
    "pos_m": ("float64", (2,)),
    "pos_sd_m": ("float32", ()),
    "vel_mps": ("float64", (2,)),
    "speed_sd_mps": ("float32", ()),
    "on_floor": ("bool", ()),
    "confirmed": ("bool", ()),
    "predicted": ("bool", ()),
    "occluded": ("bool", ()),
    "continues": ("int64", ()),
    "removed": ("int64", None),
    "ended": ("int64", None),
}


def _freeze(rows: Detections | Tracks | GroundTracks, n: int) -> None:
    """Check every column of `rows` for `n` rows and make it read-only; a derived one has no value yet."""
    for name in rows.__slots__:
        if name in _COLUMNS and hasattr(rows, name):
            dtype, row = _COLUMNS[name]
            column = frozen(name, getattr(rows, name), dtype, (None,) if row is None else (n, *row))
            object.__setattr__(rows, name, column)


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Boxes found in one frame.

    frame_wh: width and height of the frame, px.
    xyxy_px: float32 (N, 4), left, top, right, bottom.
    score: float32 (N,), 0 to 1. Includes low-confidence rows that start no track; they are redacted too.
    """

    camera: str
    at: Timestamp
    frame_wh: tuple[int, int]
    xyxy_px: F32
    score: F32

    def __post_init__(self) -> None:
        _freeze(self, len(self.xyxy_px))

    def __len__(self) -> int:
        return len(self.score)


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Tracks of people in one camera's picture; N rows.

    id: int64 (N,), unique within this camera session and without meaning outside it.
    xyxy_px: float32 (N, 4); the matched box, or the extrapolated one if `predicted`.
    foot_px: float32 (N, 2), foot point: the middle of the lower edge.
    age_s: float32 (N,), seconds since first seen.
    confirmed: bool (N,); False until matched often enough to count.
    predicted: bool (N,); True when no box matched in this frame.
    removed: int64 (K,), tracks that ended with this frame; their numbers do not return.
    occluded: bool (N,), made from the boxes; True where nearer people occlude the foot (contracts/occlusion.py).
    """

    camera: str
    at: Timestamp
    frame_wh: tuple[int, int]
    id: I64
    xyxy_px: F32
    foot_px: F32
    score: F32
    age_s: F32
    confirmed: Bools
    predicted: Bools
    removed: I64
    occluded: Bools = field(init=False)

    def __post_init__(self) -> None:
        _freeze(self, len(self.id))
        occluded = occluded_rows(self.xyxy_px, self.confirmed)
        object.__setattr__(self, "occluded", frozen("occluded", occluded, "bool", (len(self.id),)))

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True, eq=False)
class GroundTracks:
    """The same rows as `Tracks`, in the same order, on the floor.

    foot_px: float32 (N, 2); height_px, width_px: float32 (N,), the box's height and width.
    pos_m: float64 (N, 2), metres on the floor; NaN if not `on_floor`.
    pos_sd_m: float32 (N,), one standard deviation of the position; NaN if not `on_floor`.
    vel_mps: float64 (N, 2); NaN until there is enough data for a velocity.
    speed_sd_mps: float32 (N,), one standard deviation of the speed; NaN if there is no velocity.
    on_floor: bool (N,); False outside the calibrated area.
    occluded: bool (N,), as in `Tracks`.
    continues: int64 (N,), the number of the person that the track continues, as far as this picture shows: its own
    number, or that of an earlier track (behaviour/continuity.py). No number is in two rows.
    ended: int64 (K,), numbers in `continues` that no later track will continue.
    """

    camera: str
    at: Timestamp
    id: I64
    foot_px: F32
    height_px: F32
    width_px: F32
    pos_m: F64
    pos_sd_m: F32
    vel_mps: F64
    speed_sd_mps: F32
    on_floor: Bools
    confirmed: Bools
    predicted: Bools
    occluded: Bools
    removed: I64
    continues: I64
    ended: I64

    def __post_init__(self) -> None:
        _freeze(self, len(self.id))

    def __len__(self) -> int:
        return len(self.id)

    @property
    def seen(self) -> Bools:
        """Which rows (N,) are confirmed and were observed in this frame."""
        return np.asarray(self.confirmed & ~self.predicted)

    @property
    def speed_mps(self) -> F64:
        """Speeds (N,), float64; NaN where there is no velocity."""
        return np.asarray(np.hypot(self.vel_mps[:, 0], self.vel_mps[:, 1]))

    @property
    def xyxy_px(self) -> F32:
        """The boxes (N, 4), float32."""
        (x, bottom), half = self.foot_px.T, self.width_px / 2
        box = np.stack([x - half, bottom - self.height_px, x + half, bottom], axis=1)
        return box.astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a hit: one track, a group or a zone. It exists only inside the pipeline.

    track: the track's number; None for a group or a whole zone. group: the tracks of a group.
    foot_px, height_px: where it was last seen, so that a cool-down can suppress the spot.
    person: the number that the track continues, so that an incident outlives its track.
    """

    track: int | None
    foot_px: tuple[float, float] | None = None
    height_px: float = 0.0
    group: tuple[int, ...] = ()
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's condition is true in this frame. It exists only inside the pipeline.

    rule: index of the rule in its camera's rules.
    """

    rule: int
    kind: str
    place: str
    subject: Subject
    people: int
    measures: tuple[Measure, ...]
    began_s: float
