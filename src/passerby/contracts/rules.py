"""The rules a camera can have, as strict models: one per kind of event."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from passerby.contracts.strict import Name, Strict

Minute = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Schedule(Strict):
    """The hours and days on which a rule is active, in the unit's `timezone`."""

    begins: Minute = Field(default="00:00", description="first minute, 00:00 to 23:59")
    ends: Minute = Field(
        default="00:00", description="last minute, exclusive; a time not after `begins` is on the next day"
    )
    days: tuple[Day, ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        min_length=1,
        description="days on which it begins",
    )


SeverityName = Literal["info", "warning", "alarm"]


class _Rule(Strict):
    """What all rules have.

    place_key: the key with the name of the place. measures_in: a unit that needs a calibration; "" if none does.
    """

    place_key: ClassVar[Literal["zone", "line"]] = "zone"
    measures_in: ClassVar[str] = ""

    severity: SeverityName | None = Field(
        default=None, description="urgency of the events; if absent: that of the kind"
    )
    cooldown_s: float = Field(
        default=10.0,
        ge=0,
        le=3600,
        description="time after an incident without a new one at the same spot, seconds",
    )
    schedule: Schedule | None = Field(default=None, description="when the rule is active; if absent: always")

    @property
    def place(self) -> str:
        """The name of the zone or line."""
        return str(getattr(self, self.place_key))

    @property
    def absence_s(self) -> float:
        """Longest absence that the settings allow within one incident, seconds."""
        return 0.0

    @property
    def needs_objects(self) -> bool:
        """Whether the rule reacts to objects that lie still."""
        return False


class LineCrossingRule(_Rule):
    """A person crosses a line."""

    place_key: ClassVar[Literal["zone", "line"]] = "line"

    kind: Literal["line_crossing"] = Field(description="which rule this is")
    line: Name = Field(description="name of one of the camera's lines")
    direction: Literal["any", "in", "out"] = Field(
        default="any",
        description="crossings that count; in is from left to right when walking from from_px to to_px",
    )


class FastMovementRule(_Rule):
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


class LoiteringRule(_Rule):
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
        """See _Rule."""
        return self.gap_s


class IntrusionRule(_Rule):
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
        """See _Rule."""
        return self.cooldown_s


class CrowdingRule(_Rule):
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


class CounterFlowRule(_Rule):
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


class QueueRule(_Rule):
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


class LeftObjectRule(_Rule):
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
        """See _Rule."""
        return True


class FallRule(_Rule):
    """A person lies on the floor. Expect false alarms, see docs/behaviours.md."""

    kind: Literal["fall"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    lying_s: float = Field(default=5.0, ge=1, le=600, description="minimum time on the floor, seconds")


class MayNeedHelpRule(_Rule):
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
        """See _Rule."""
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
