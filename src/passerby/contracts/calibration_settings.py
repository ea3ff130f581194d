"""The calibration of a camera as strict models: the mapping from picture to floor."""

from __future__ import annotations

from pydantic import Field, model_validator

from passerby.contracts.strict import Strict

Point = tuple[float, float]


class CalibrationPoint(Strict):
    """A point on the floor, in the picture and in metres."""

    px: Point = Field(description="position in the picture: x to the right, y downwards, pixels")
    m: Point = Field(description="position on the floor: x, y from an origin of your choice, metres")


class KnownLength(Strict):
    """Two points on the floor with a known distance: a row of tiles, a door's width, the gauge of a track."""

    px: tuple[Point, Point] = Field(description="the two end points in the picture, pixels")
    m: float = Field(gt=0, le=1000, description="their distance on the floor, metres")


class Calibration(Strict):
    """The mapping from picture to floor: from surveyed points, known lengths, the mounting, or walking people.

    Points need no other key. Lengths and people also use the known values of the mounting.
    """

    points: tuple[CalibrationPoint, ...] = Field(
        default=(),
        description="four or more surveyed points; more than four are fitted, and the residual is reported",
    )
    lengths: tuple[KnownLength, ...] = Field(
        default=(), description="known lengths on the floor, in place of points or together with them"
    )
    people: bool = Field(
        default=False,
        description="learn the floor from walking people; there are no speeds until it is known well enough",
    )
    click_sd_px: float = Field(
        default=2.0, gt=0, le=50, description="error of the clicked points, one standard deviation, pixels"
    )
    height_m: float | None = Field(
        default=None,
        gt=0.5,
        le=50,
        description="height of the camera above the floor, metres; give it without points, lengths and people",
    )
    tilt_deg: float | None = Field(
        default=None,
        ge=0,
        le=90,
        description="angle by which the camera looks down from the horizontal, degrees; give it with height_m",
    )
    roll_deg: float = Field(
        default=0.0, ge=-45, le=45, description="clockwise rotation of the camera about its axis, degrees"
    )
    focal_px: float | None = Field(
        default=None,
        gt=10,
        description="focal length, pixels of the main stream; give it or hfov_deg with height_m",
    )
    hfov_deg: float | None = Field(
        default=None, gt=5, lt=170, description="horizontal field of view, degrees; give it in place of focal_px"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Calibration:
        if self.focal_px is not None and self.hfov_deg is not None:
            raise ValueError("give exactly one of focal_px and hfov_deg")
        if self.people and (self.points or self.lengths):
            raise ValueError("give people: true, or points and lengths, not both")
        if self.people:
            return self
        if self.lengths:
            self._enough()
        elif self.points:
            self._points_alone()
        elif self.height_m is None or self.tilt_deg is None:
            raise ValueError(
                "give at least 4 points, or height_m and tilt_deg with focal_px or hfov_deg, or lengths, or people"
            )
        elif self.focal_px is None and self.hfov_deg is None:
            raise ValueError("give exactly one of focal_px and hfov_deg")
        return self

    def _points_alone(self) -> None:
        if any(v is not None for v in (self.height_m, self.tilt_deg, self.focal_px, self.hfov_deg)):
            raise ValueError("give points, or height_m + tilt_deg + focal_px, not both")
        if len(self.points) < 4:
            raise ValueError(f"need at least 4 points, got {len(self.points)}")

    def _enough(self) -> None:
        """Check that lengths and points determine the values of the mounting that are not given.

        Points add three unknowns of their own.
        """
        lens = self.focal_px if self.focal_px is not None else self.hfov_deg
        unknown = sum(v is None for v in (self.height_m, self.tilt_deg, lens))
        known = len(self.lengths) + max(0, 2 * len(self.points) - 3)
        if known < unknown:
            raise ValueError(
                f"{unknown} of height_m, tilt_deg and hfov_deg are unknown, but lengths and points determine "
                f"only {known}: give more lengths in different directions, or known values of the mounting"
            )
