"""The rules a camera can have, as strict models: one per kind of event."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from passerby.contracts.base_rule import BaseRule
from passerby.contracts.strict import Name


class LineCrossingRule(BaseRule):
    """A person crosses a line."""

    place_key: ClassVar[Literal["zone", "line"]] = "line"

    kind: Literal["line_crossing"] = Field(description="which rule this is")
    line: Name = Field(description="name of one of the camera's lines")
    direction: Literal["any", "in", "out"] = Field(
        default="any",
        description="crossings that count; in is from left to right when walking from from_px to to_px",
    )


class FastMovementRule(BaseRule):
    """A person moves faster than `speed_mps` for `hold_s`; `sigmas` standard deviations are subtracted first."""

    measures_in: ClassVar[str] = "m/s"

    kind: Literal["fast_movement"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    speed_mps: float | None = Field(
        default=None,
        gt=0,
        le=12,
        description="threshold of fast movement, m/s; if absent: 2.3, and 1.75 in a zone of kind stairs",
    )
    hold_s: float = Field(default=1.0, ge=0, le=60, description="minimum duration of the fast movement, seconds")
    travel_m: float = Field(default=2.0, ge=0, le=100, description="minimum distance of the fast movement, metres")
    sigmas: float = Field(
        default=1.0,
        ge=0,
        le=5,
        description="number of standard deviations that are subtracted from the measured speed",
    )
    min_people: int = Field(
        default=1,
        ge=1,
        le=100,
        description="2 or more detects a rush: that many fast people in one direction within 3 s, reported once "
        "for the zone",
    )
    doors_quiet_s: float | None = Field(
        default=None,
        ge=0,
        le=600,
        description="no reports while a train is at a track of the camera and for this time after it, seconds",
    )


class LoiteringRule(BaseRule):
    """A person stays in a zone longer than `dwell_s`."""

    kind: Literal["loitering"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    clock: Literal["seconds", "departures"] = Field(
        default="seconds", description="clock of the dwell; departures counts missed trains"
    )
    dwell_s: float = Field(default=60.0, gt=0, le=86400, description="longest permitted dwell, seconds")
    gap_s: float = Field(
        default=10.0, ge=0, le=600, description="longest absence that does not reset the dwell, seconds"
    )
    departures: int = Field(
        default=2, ge=1, le=20, description="missed trains before an event, with clock: departures"
    )
    track: Name | None = Field(
        default=None,
        description="track whose trains count, with clock: departures; if absent: every track",
    )

    @property
    def absence_s(self) -> float:
        """See BaseRule."""
        return self.gap_s


class IntrusionRule(BaseRule):
    """A person is in a forbidden zone."""

    kind: Literal["intrusion"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    hold_s: float = Field(default=0.4, ge=0, le=60, description="minimum time inside, seconds")
    cooldown_s: float = Field(
        default=10.0,
        ge=0,
        le=3600,
        description="time that the incident stays open after the last observation, at least 2; after its end, new "
        "incidents are not suppressed, seconds",
    )

    @property
    def absence_s(self) -> float:
        """See BaseRule."""
        return self.cooldown_s


class CrowdingRule(BaseRule):
    """A zone has too many people: by density, or by number if there is no calibration."""

    kind: Literal["crowding"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    density_per_m2: float | None = Field(
        default=None,
        gt=0,
        le=10,
        description="threshold of the density, people per square metre, with calibration; give it or people",
    )
    people: int | None = Field(
        default=None,
        gt=0,
        le=1000,
        description="threshold of the number of people in the zone; give it or density_per_m2",
    )
    hold_s: float = Field(default=10.0, ge=0, le=3600, description="minimum duration above the threshold, seconds")
    clear_ratio: float = Field(
        default=0.8, gt=0, le=1, description="the incident ends below this fraction of the threshold"
    )

    @model_validator(mode="after")
    def _one_threshold(self) -> CrowdingRule:
        if (self.density_per_m2 is None) == (self.people is None):
            raise ValueError("give exactly one of density_per_m2 and people")
        return self


Spot = tuple[float, float]


class CounterFlowRule(BaseRule):
    """A person walks against the given direction of a zone, or against most people."""

    measures_in: ClassVar[str] = "metres"

    kind: Literal["counter_flow"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    direction_px: tuple[Spot, Spot] | None = Field(
        default=None,
        description="start and end of an arrow on the floor in the right direction, pixels; if absent: the "
        "direction of most people in the last minutes, as soon as there is one",
    )
    min_people: int = Field(
        default=1, ge=1, le=1000, description="minimum number of people who walk against it at the same time"
    )
    hold_s: float = Field(default=2.0, ge=0, le=60, description="minimum duration, seconds")
    travel_m: float = Field(
        default=3.0, ge=0, le=100, description="minimum distance against the direction, metres"
    )


class QueueRule(BaseRule):
    """A queue is too long, in people or in metres."""

    measures_in: ClassVar[str] = "metres"

    kind: Literal["queue"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones, large enough for the longest queue")
    head_px: Spot = Field(description="position of the first person, on the floor, pixels")
    people: int | None = Field(
        default=None,
        gt=0,
        le=1000,
        description="threshold of the number of people in the queue; give it or length_m",
    )
    length_m: float | None = Field(
        default=None, gt=0, le=200, description="threshold of the length of the queue, metres; give it or people"
    )
    gap_m: float = Field(
        default=1.6,
        gt=0.3,
        le=5,
        description="largest distance between neighbours in the queue, and from the head, metres",
    )
    hold_s: float = Field(default=10.0, ge=0, le=3600, description="minimum duration above the threshold, seconds")
    clear_ratio: float = Field(
        default=0.8, gt=0, le=1, description="the incident ends below this fraction of the threshold"
    )

    @model_validator(mode="after")
    def _one_threshold(self) -> QueueRule:
        if (self.people is None) == (self.length_m is None):
            raise ValueError("give exactly one of people and length_m")
        return self


class LeftObjectRule(BaseRule):
    """An object lies in the zone and no person is near it. Expect false alarms, see docs/behaviours.md."""

    kind: Literal["left_object"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    still_s: float = Field(default=60.0, ge=10, le=600, description="minimum time without motion, seconds")
    distance_m: float = Field(
        default=2.0,
        gt=0,
        le=20,
        description="distance within which a person counts as being with the object, metres",
    )

    @property
    def needs_objects(self) -> bool:
        """See BaseRule."""
        return True


class FallRule(BaseRule):
    """A person lies on the floor. Expect false alarms, see docs/behaviours.md."""

    kind: Literal["fall"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    lying_s: float = Field(default=5.0, ge=1, le=600, description="minimum time on the floor, seconds")


class MayNeedHelpRule(BaseRule):
    """A person stays or paces at the platform edge, or left an object there: go and speak to the person."""

    kind: Literal["may_need_help"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones: the strip along the edge")
    edge_dwell_s: float | None = Field(
        default=30.0,
        gt=0,
        le=3600,
        description="longest permitted dwell at the edge without a train, seconds; null disables this sign",
    )
    pacing_turns: int | None = Field(
        default=4,
        ge=2,
        le=50,
        description="number of turns in the window that count as pacing; null disables this sign",
    )
    pacing_leg_m: float = Field(default=2.0, gt=0, le=50, description="minimum distance between two turns, metres")
    pacing_window_s: float = Field(
        default=90.0, gt=0, le=3600, description="window in which turns are counted, seconds"
    )
    object_still_s: float | None = Field(
        default=60.0,
        ge=10,
        le=600,
        description="minimum time of an object at the edge, seconds; null disables this sign",
    )

    @property
    def needs_objects(self) -> bool:
        """See BaseRule."""
        return self.object_still_s is not None


Rule = Annotated[
    LineCrossingRule
    | FastMovementRule
    | LoiteringRule
    | IntrusionRule
    | CrowdingRule
    | CounterFlowRule
    | QueueRule
    | LeftObjectRule
    | FallRule
    | MayNeedHelpRule,
    Field(discriminator="kind"),
]


def scaled_rule(rule: Rule, kx: float, ky: float) -> Rule:
    """Return the rule scaled to a picture that is `kx` times as wide and `ky` times as high."""
    match rule:
        case QueueRule(head_px=(x, y)):
            return rule.model_copy(update={"head_px": (x * kx, y * ky)})
        case CounterFlowRule(direction_px=((ax, ay), (bx, by))):
            return rule.model_copy(update={"direction_px": ((ax * kx, ay * ky), (bx * kx, by * ky))})
    return rule
