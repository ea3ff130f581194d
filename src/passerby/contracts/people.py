"""People as rows of numbers, from boxes to metres. Closed to store, report and console.

No type here has room for a picture, a feature vector or a free dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.arrays import F32, F64, I64, Bools, frozen
from passerby.contracts.events import Measure
from passerby.contracts.time import Timestamp


def _set(target: object, **fields: object) -> None:
    for name, value in fields.items():
        object.__setattr__(target, name, value)


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Boxes found in one frame.

    frame_wh: width and height of the frame, px.
    xyxy_px: float32 (N, 4), left, top, right, bottom.
    score: float32 (N,), 0 to 1. Includes rows too weak to be tracked: they are redacted all the same.
    """

    camera: str
    at: Timestamp
    frame_wh: tuple[int, int]
    xyxy_px: F32
    score: F32

    def __post_init__(self) -> None:
        xyxy = frozen("xyxy_px", self.xyxy_px, "float32", (None, 4))
        _set(self, xyxy_px=xyxy, score=frozen("score", self.score, "float32", (len(xyxy),)))

    def __len__(self) -> int:
        return len(self.score)


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """People followed in one camera's picture; N rows of live tracks.

    id: int64 (N,), unique within this camera session and meaningless outside it.
    xyxy_px: float32 (N, 4); the matched box, or the predicted one where `held`.
    foot_px: float32 (N, 2), bottom centre, where the person stands.
    age_s: float32 (N,), seconds since first seen.
    confirmed: bool (N,); False until seen often enough to count.
    held: bool (N,); True when no box matched in this frame.
    gone: int64 (K,), tracks that ended with this frame; they never return.
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
    held: Bools
    gone: I64

    def __post_init__(self) -> None:
        n = len(self.id)
        _set(
            self,
            id=frozen("id", self.id, "int64", (n,)),
            xyxy_px=frozen("xyxy_px", self.xyxy_px, "float32", (n, 4)),
            foot_px=frozen("foot_px", self.foot_px, "float32", (n, 2)),
            score=frozen("score", self.score, "float32", (n,)),
            age_s=frozen("age_s", self.age_s, "float32", (n,)),
            confirmed=frozen("confirmed", self.confirmed, "bool", (n,)),
            held=frozen("held", self.held, "bool", (n,)),
            gone=frozen("gone", self.gone, "int64", (None,)),
        )

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True, eq=False)
class GroundTracks:
    """The same rows as `Tracks`, in the same order, on the floor.

    foot_px: float32 (N, 2); height_px: float32 (N,), the box's height.
    pos_m: float64 (N, 2), metres on the floor; NaN where not `on_floor`.
    pos_sd_m: float32 (N,), one standard deviation of the position; NaN where not `on_floor`.
    vel_mps: float64 (N, 2); NaN until enough has been seen for a velocity.
    speed_sd_mps: float32 (N,), one standard deviation of the speed; NaN where there is no velocity.
    on_floor: bool (N,); False outside the calibrated area, where there is no number rather than a wrong one.
    """

    camera: str
    at: Timestamp
    id: I64
    foot_px: F32
    height_px: F32
    pos_m: F64
    pos_sd_m: F32
    vel_mps: F64
    speed_sd_mps: F32
    on_floor: Bools
    confirmed: Bools
    held: Bools
    gone: I64

    def __post_init__(self) -> None:
        n = len(self.id)
        _set(
            self,
            id=frozen("id", self.id, "int64", (n,)),
            foot_px=frozen("foot_px", self.foot_px, "float32", (n, 2)),
            height_px=frozen("height_px", self.height_px, "float32", (n,)),
            pos_m=frozen("pos_m", self.pos_m, "float64", (n, 2)),
            pos_sd_m=frozen("pos_sd_m", self.pos_sd_m, "float32", (n,)),
            vel_mps=frozen("vel_mps", self.vel_mps, "float64", (n, 2)),
            speed_sd_mps=frozen("speed_sd_mps", self.speed_sd_mps, "float32", (n,)),
            on_floor=frozen("on_floor", self.on_floor, "bool", (n,)),
            confirmed=frozen("confirmed", self.confirmed, "bool", (n,)),
            held=frozen("held", self.held, "bool", (n,)),
            gone=frozen("gone", self.gone, "int64", (None,)),
        )

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a hit is about, for as long as the pipeline needs to know.

    track: the track's number; None for a whole zone.
    foot_px, height_px: where it was last seen, to recognise the same matter after a track broke off.
    """

    track: int | None
    foot_px: tuple[float, float] | None = None
    height_px: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's condition holds at this frame. Lives inside the pipeline only.

    rule: index of the rule among its camera's rules. instant: True for something that has no duration.
    """

    rule: int
    kind: str
    place: str
    subject: Subject
    people: int
    measures: tuple[Measure, ...]
    began_s: float
    instant: bool = False
