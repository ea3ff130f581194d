from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from passerby.contracts.people import Detections, GroundTracks, Hit, Subject, Tracks
from passerby.contracts.time import Timestamp

AT = Timestamp(2_500_000_000)
WH = (640, 480)
N, REMOVED = 3, 2


def detections(**changes: Any) -> Detections:
    columns = {"xyxy_px": np.zeros((N, 4)), "score": np.zeros(N), **changes}
    return Detections("platform-1", AT, WH, **columns)


def tracks(**changes: Any) -> Tracks:
    columns: dict[str, Any] = {
        **{"id": np.arange(N), "xyxy_px": np.zeros((N, 4)), "foot_px": np.zeros((N, 2)), "score": np.zeros(N)},
        **{
            "age_s": np.zeros(N),
            "confirmed": np.ones(N, bool),
            "predicted": np.zeros(N, bool),
            "removed": np.arange(REMOVED),
        },
    }
    return Tracks("platform-1", AT, WH, **{**columns, **changes})


def ground(**changes: Any) -> GroundTracks:
    columns: dict[str, Any] = {
        **{"id": np.arange(N), "foot_px": np.zeros((N, 2)), "height_px": np.zeros(N), "width_px": np.zeros(N)},
        **{
            "pos_m": np.zeros((N, 2)),
            "pos_sd_m": np.zeros(N),
            "vel_mps": np.zeros((N, 2)),
            "speed_sd_mps": np.zeros(N),
        },
        **{"on_floor": np.ones(N, bool), "confirmed": np.ones(N, bool), "predicted": np.zeros(N, bool)},
        **{"occluded": np.zeros(N, bool)},
        **{"removed": np.arange(REMOVED), "continues": np.arange(N), "ended": np.arange(REMOVED)},
    }
    return GroundTracks("platform-1", AT, **{**columns, **changes})


MAKERS = [detections, tracks, ground]
COLUMNS = [
    (make, field.name)
    for make in MAKERS
    for field in dataclasses.fields(make())
    if field.init and isinstance(getattr(make(), field.name), np.ndarray)
]
DTYPES = {
    **{
        "id": "int64",
        "removed": "int64",
        "continues": "int64",
        "ended": "int64",
        "confirmed": "bool",
        "predicted": "bool",
        "occluded": "bool",
        "on_floor": "bool",
    },
    **{"pos_m": "float64", "vel_mps": "float64"},
}


@pytest.mark.parametrize(("make", "name"), COLUMNS)
def test_a_column_has_its_type_and_cannot_be_written(make: Callable[..., Any], name: str) -> None:
    column = getattr(make(), name)
    assert column.dtype == DTYPES.get(name, "float32")
    with pytest.raises(ValueError, match="read-only"):
        column[...] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(make(), name, column)


@pytest.mark.parametrize(("make", "name"), COLUMNS)
def test_a_column_of_another_shape_is_named(make: Callable[..., Any], name: str) -> None:
    """One axis too many, or one row too many; where the column sets the length, the others are too short."""
    column = getattr(make(), name)
    with pytest.raises(ValueError, match=rf"^{name}: expected shape"):
        make(**{name: column[None]})
    if name not in ("removed", "ended"):
        with pytest.raises(ValueError, match="expected shape"):
            make(**{name: np.concatenate([column, column[:1]])})


@pytest.mark.parametrize("make", MAKERS)
def test_its_length_is_its_rows(make: Callable[..., Any]) -> None:
    assert len(make()) == N
    nobody = {name: getattr(make(), name)[:0] for maker, name in COLUMNS if maker is make}
    assert len(make(**nobody)) == 0
    assert not make(**nobody)


@pytest.mark.parametrize("make", MAKERS)
def test_two_of_them_are_not_compared_by_content(make: Callable[..., Any]) -> None:
    one = make()
    assert one == one  # noqa: PLR0124
    assert one != make()


@pytest.mark.parametrize("kind", [Detections, Tracks, GroundTracks, Subject, Hit])
def test_there_is_no_room_for_a_picture_a_vector_or_a_free_dictionary(kind: type[Any]) -> None:
    """A new field is a decision about privacy: whoever adds one changes this list and says why."""
    allowed = {
        Detections: {"camera", "at", "frame_wh", "xyxy_px", "score"},
        Tracks: {
            "camera",
            "at",
            "frame_wh",
            "id",
            "xyxy_px",
            "foot_px",
            "score",
            "age_s",
            "confirmed",
            "predicted",
            "removed",
            # Whether a nearer box covers the foot; follows from the boxes.
            "occluded",
        },
        GroundTracks: {
            *(
                "camera",
                "at",
                "id",
                "foot_px",
                "height_px",
                "width_px",
                "pos_m",
                "pos_sd_m",
                "vel_mps",
                "speed_sd_mps",
            ),
            *("on_floor", "confirmed", "predicted", "occluded", "removed"),
            # Numbers of tracks of this picture, kept for at most 15 s after a track (behaviour/continuity.py).
            *("continues", "ended"),
        },
        Subject: {"track", "foot_px", "height_px", "group", "person"},
        Hit: {"rule", "kind", "place", "subject", "people", "measures", "began_s"},
    }[kind]
    assert {field.name for field in dataclasses.fields(kind)} == allowed
    with pytest.raises((AttributeError, TypeError)):
        object.__setattr__(object.__new__(kind), "embedding", [0.1])


def test_no_value_may_be_as_many_numbers_as_a_template_needs() -> None:
    """The widest column is a box: four numbers a person. A face template needs a hundred and more."""
    widest = max(getattr(make(), name)[0].size for make, name in COLUMNS if name not in ("removed", "ended"))
    assert widest == 4
