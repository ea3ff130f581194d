"""The settings that all rules have."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerby.contracts.events import SeverityName
from passerby.contracts.strict import Strict

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


class BaseRule(Strict):
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
