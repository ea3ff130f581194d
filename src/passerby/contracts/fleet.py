"""The control room from which a unit takes its desired configuration."""

from __future__ import annotations

from pydantic import Field

from passerby.contracts.strict import Strict


class FleetAccess(Strict):
    """Where the unit asks for a signed configuration. It needs `passerby[fleet]` and `passerby fleet join`."""

    url: str = Field(
        pattern=r"^(https://[^\s/?#@]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)$",
        description="https://HOST[:PORT] of the control room; http:// only to this machine",
    )
    ca_file: str | None = Field(
        default=None,
        min_length=1,
        description="PEM file of the authority that signed the server's certificate; if absent: the system's",
    )
    every_s: float = Field(default=60.0, ge=5, le=3600, description="time between two requests, seconds")
