"""The rules a camera can have, as strict models: one per kind of event."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from passerby.contracts.strict import Name, Strict

Minute = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Schedule(Strict):
    """When a rule is active, by the clock on the station's wall (the unit's `timezone`)."""

    begins: Minute = Field(default="00:00", description="first minute, 00:00 to 23:59")
    ends: Minute = Field(
        default="00:00", description="the minute it ends; not after `begins` means on the next day"
    )
    days: tuple[Day, ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        min_length=1,
        description="days on which it begins",
    )


SeverityName = Literal["info", "warning", "alarm"]


class _Rule(Strict):
    severity: SeverityName | None = Field(
        default=None, description="how soon somebody should look; each kind has its own default"
    )
    cooldown_s: float = Field(
        default=10.0, ge=0, le=3600, description="quiet time of the same spot after an incident ended, seconds"
    )
    schedule: Schedule | None = Field(default=None, description="when the rule is active; without it always")


class LineCrossingRule(_Rule):
    """Somebody crosses a line."""

    kind: Literal["line_crossing"] = Field(description="which rule this is")
    line: Name = Field(description="name of one of the camera's lines")
    direction: Literal["any", "in", "out"] = Field(
        default="any",
        description="which crossings count; in is left to right for somebody walking from from_px to to_px",
    )


class FastMovementRule(_Rule):
    """Somebody moves faster than `speed_mps` for `hold_s`; compares speed minus `sigmas` standard deviations."""

    kind: Literal["fast_movement"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    speed_mps: float | None = Field(
        default=None,
        gt=0,
        le=12,
        description="what counts as fast, m/s; without it 2.3, and 1.75 in a zone of kind stairs",
    )
    hold_s: float = Field(default=1.0, ge=0, le=60, description="how long somebody must be fast, seconds")
    travel_m: float = Field(default=2.0, ge=0, le=100, description="how far somebody must get while fast, metres")
    sigmas: float = Field(
        default=1.0, ge=0, le=5, description="how many standard deviations are taken off the measured speed first"
    )
    min_people: int = Field(
        default=1,
        ge=1,
        le=100,
        description="2 or more is a rush: so many fast in one direction within 3 s, told once for the zone",
    )
    doors_quiet_s: float | None = Field(
        default=None,
        ge=0,
        le=600,
        description="not told while a train is at a track of the camera, nor so many seconds after; seconds",
    )


class LoiteringRule(_Rule):
    """Somebody stays in a zone longer than `dwell_s`."""

    kind: Literal["loitering"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    clock: Literal["seconds", "departures"] = Field(
        default="seconds", description="what staying is measured in; departures counts trains missed"
    )
    dwell_s: float = Field(default=60.0, gt=0, le=86400, description="how long a stay is too long, seconds")
    gap_s: float = Field(
        default=10.0, ge=0, le=600, description="how long somebody may leave without starting anew, seconds"
    )
    departures: int = Field(
        default=2, ge=1, le=20, description="trains missed before it counts, with clock: departures"
    )
    track: Name | None = Field(
        default=None,
        description="the track whose trains are taken from here, with clock: departures; without it every track",
    )


class IntrusionRule(_Rule):
    """Somebody is where nobody may be."""

    kind: Literal["intrusion"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    hold_s: float = Field(default=0.4, ge=0, le=60, description="how long somebody must be inside, seconds")
    cooldown_s: float = Field(
        default=10.0,
        ge=0,
        le=3600,
        description="how long it stays open after the last sight of somebody, 2 at least; nobody is kept quiet "
        "about after its end, seconds",
    )


class CrowdingRule(_Rule):
    """A zone is too full: by density, or by head count where there is no calibration."""

    kind: Literal["crowding"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    density_per_m2: float | None = Field(
        default=None, gt=0, le=10, description="how dense is too full, people per square metre; needs calibration"
    )
    people: int | None = Field(
        default=None, gt=0, le=1000, description="how many are too many, people in the zone"
    )
    hold_s: float = Field(default=10.0, ge=0, le=3600, description="how long it must be too full, seconds")
    clear_ratio: float = Field(
        default=0.8, gt=0, le=1, description="over again below this share of the threshold, 1 is all of it"
    )

    @model_validator(mode="after")
    def _one_threshold(self) -> CrowdingRule:
        if (self.density_per_m2 is None) == (self.people is None):
            raise ValueError("give exactly one of density_per_m2 and people")
        return self


Spot = tuple[float, float]


class CounterFlowRule(_Rule):
    """Somebody moves against the direction of a zone, the one given or that of the others."""

    kind: Literal["counter_flow"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    direction_px: tuple[Spot, Spot] | None = Field(
        default=None,
        description="from and to of an arrow on the floor in the right direction, pixels; without it that of most "
        "people in the last minutes, once there is one",
    )
    min_people: int = Field(
        default=1, ge=1, le=1000, description="how many must move against it at once, people in the zone"
    )
    hold_s: float = Field(default=2.0, ge=0, le=60, description="how long somebody must do so, seconds")
    travel_m: float = Field(default=3.0, ge=0, le=100, description="how far against it somebody must get, metres")


class QueueRule(_Rule):
    """A queue is too long: in people or in metres."""

    kind: Literal["queue"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones, with room for the longest queue")
    head_px: Spot = Field(description="where the first one stands, on the floor, pixels")
    people: int | None = Field(
        default=None, gt=0, le=1000, description="how many are too many, people in the queue"
    )
    length_m: float | None = Field(default=None, gt=0, le=200, description="how long is too long, metres")
    gap_m: float = Field(
        default=1.6,
        gt=0.3,
        le=5,
        description="how near to the head, or to one who queues, somebody queues too, metres",
    )
    hold_s: float = Field(default=10.0, ge=0, le=3600, description="how long it must be too long, seconds")
    clear_ratio: float = Field(
        default=0.8, gt=0, le=1, description="over again below this share of the threshold, 1 is all of it"
    )

    @model_validator(mode="after")
    def _one_threshold(self) -> QueueRule:
        if (self.people is None) == (self.length_m is None):
            raise ValueError("give exactly one of people and length_m")
        return self


class LeftObjectRule(_Rule):
    """Something was put down and nobody is near it. Second class: expect false alarms, see docs/behaviours.md."""

    kind: Literal["left_object"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    still_s: float = Field(default=60.0, ge=10, le=600, description="how long it must have been there, seconds")
    distance_m: float = Field(
        default=2.0, gt=0, le=20, description="nobody may be nearer than this for it to count as left, metres"
    )


class FallRule(_Rule):
    """Somebody lies on the floor. Second class: expect false alarms, see docs/behaviours.md."""

    kind: Literal["fall"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    lying_s: float = Field(default=5.0, ge=1, le=600, description="how long somebody must lie, seconds")


class MayNeedHelpRule(_Rule):
    """Somebody stays or paces at the platform's edge, or something was left there: go and speak to them."""

    kind: Literal["may_need_help"] = Field(description="which rule this is")
    zone: Name = Field(description="the strip along the edge: name of one of the camera's zones")
    edge_dwell_s: float | None = Field(
        default=30.0,
        gt=0,
        le=3600,
        description="how long a stay at the edge, without a train, is too long, seconds",
    )
    pacing_turns: int | None = Field(
        default=4, ge=2, le=50, description="how many turns in the window are pacing; null for not judging it"
    )
    pacing_leg_m: float = Field(
        default=2.0, gt=0, le=50, description="how far somebody must walk back for a turn, metres"
    )
    pacing_window_s: float = Field(default=90.0, gt=0, le=3600, description="the window of the turns, seconds")
    object_still_s: float | None = Field(
        default=60.0, ge=10, le=600, description="how long a thing left at the edge must be there, seconds"
    )


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
    """Return a rule with its pixels as those of a picture that is `kx` times as wide and `ky` times as high."""
    match rule:
        case QueueRule(head_px=(x, y)):
            return rule.model_copy(update={"head_px": (x * kx, y * ky)})
        case CounterFlowRule(direction_px=((ax, ay), (bx, by))):
            return rule.model_copy(update={"direction_px": ((ax * kx, ay * ky), (bx * kx, by * ky))})
    return rule
