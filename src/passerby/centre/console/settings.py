"""Settings of the console of a control room, as strict models."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, field_serializer, field_validator

from passerby.centre.console.unit_pictures import UnitAddress
from passerby.contracts.settings import ConsoleSettings
from passerby.contracts.strict import Strict
from passerby.contracts.urls import MASK

MOST_UNITS = 5_000


class UnitConsole(Strict):
    """The console of a unit, which is asked for redacted pictures. `token` is masked in reprs and dumps."""

    unit: str = Field(min_length=1, max_length=200, description="name of the unit, as it reports")
    url: str = Field(
        max_length=500,
        pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/])[^\s?#@]*[^\s?#@/]$",
        description="address of its console without a final slash; https, except on this machine",
    )
    token: str = Field(
        min_length=16,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="token of the unit with the scope evidence, best as ${NAME}",
    )

    def __repr_args__(self) -> Any:
        """The fields for repr; the token is masked."""
        return [(name, MASK if name == "token" else value) for name, value in super().__repr_args__()]

    @field_serializer("token")
    def _masked(self, token: str) -> str:  # noqa: ARG002
        return MASK


class CentreRetention(Strict):
    """How long a control room keeps what units report; it stores no pictures. Older data is removed each hour."""

    events_days: int = Field(default=365, ge=1, le=3650, description="events, alarms and acts on them, days")
    counts_days: int = Field(default=1825, ge=1, le=36500, description="people over lines, days")
    health_days: int = Field(default=90, ge=1, le=3650, description="states of cameras, days")


class CentreConsole(Strict):
    """Settings of a control room: its pages, the source of its pictures, and how long it keeps reports."""

    name: str = Field(default="Control room", min_length=1, max_length=64, description="title of each page")
    timezone: str = Field(default="UTC", description="time zone of its staff, for example Asia/Almaty")
    console: ConsoleSettings = Field(default_factory=ConsoleSettings, description="where it listens, and logins")
    retention: CentreRetention = Field(
        default_factory=CentreRetention, description="how long reports of units are kept"
    )
    unit_ca_file: str | None = Field(
        default=None, min_length=1, description="PEM file of the authority of the units' certificates"
    )
    units: tuple[UnitConsole, ...] = Field(
        default=(), max_length=MOST_UNITS, description="consoles of units; without one, a unit shows no pictures"
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (LookupError, ValueError, OSError):
            raise ValueError(f"{name} is no time zone; write one such as Asia/Almaty") from None
        return name

    @field_validator("units")
    @classmethod
    def _once(cls, units: tuple[UnitConsole, ...]) -> tuple[UnitConsole, ...]:
        names = [one.unit for one in units]
        twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        if twice:
            raise ValueError(f"unit {twice[0]} is named twice; give each unit one console")
        return units

    def addresses(self) -> dict[str, UnitAddress]:
        """Return where each unit's console answers."""
        return {one.unit: UnitAddress(one.url, one.token) for one in self.units}
