"""Settings for ONVIF, redaction, alarms, evidence and retention, as strict models."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_serializer, model_validator

from passerby.contracts.oidc import OidcLogin
from passerby.contracts.strict import Strict
from passerby.contracts.urls import mask_url

RedactionMode = Literal["silhouette", "solid", "schematic"]


class OnvifAccess(Strict):
    """The ONVIF service of a camera.

    `address` may contain a password: it is masked in reprs and dumps.
    """

    address: str = Field(
        pattern=r"^https?://([^\s/?#@]+@)?[^\s/?#@]+(/[^\s?#]*)?$",
        description="http://USER:PASSWORD@HOST[:PORT], also https; ${NAME} comes from the environment",
    )
    focus: bool = Field(
        default=True,
        description="keep a motorised lens in focus: every three hours, after a switch to infrared and when the "
        "picture is blurred, never during an alarm; rules are paused meanwhile",
    )
    events: bool = Field(
        default=True,
        description="report the tampering events of the camera's own analytics as camera_reported",
    )
    preset: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        description="preset of a camera that pans, tilts or zooms, by name or token: rules are paused while the "
        "camera is elsewhere",
    )

    @property
    def is_watched(self) -> bool:
        """Whether the camera has to be asked all the time."""
        return self.events or self.preset is not None

    def __repr_args__(self) -> Any:
        """The fields for repr; the address has no password."""
        return [(name, mask_url(value) if name == "address" else value) for name, value in super().__repr_args__()]

    @field_serializer("address")
    def _masked(self, address: str) -> str:
        return mask_url(address)


class Redaction(Strict):
    """How people are covered in everything that this camera shows or stores; it cannot be switched off."""

    mode: RedactionMode = Field(
        default="silhouette",
        description="silhouette: people as plain figures on the learned background; solid: people as "
        "boxes; schematic: people as dots on a plain canvas, without any picture",
    )
    max_px_per_m: float = Field(
        default=62.5,
        ge=5,
        le=250,
        description="most pixels for each of the nearest floor's metres; needs calibration",
    )


class AlarmPolicy(Strict):
    """How incidents become alarms, for all cameras together. The defaults are from EEMUA 191."""

    rearm_s: float = Field(
        default=60.0,
        ge=20,
        le=3600,
        description="minimum time without an incident of a camera, kind and place before a new alarm, seconds",
    )
    flood_alarms: int = Field(
        default=10,
        ge=2,
        le=1000,
        description="more alarms than this in the window are a flood and become one alarm",
    )
    flood_window_s: float = Field(default=600.0, ge=60, le=3600, description="window of a flood, seconds")
    # An operator can handle 144 alarms a day (EEMUA 191: one in ten minutes): 0.46 for each of some 316 cameras.
    budget_per_camera_day: float = Field(
        default=0.46,
        gt=0,
        le=1000,
        description="alarms per camera and day that staff can handle; `passerby eval budget` compares with it",
    )


LONGEST_KEPT_H = 720.0


class Evidence(Strict):
    """Clips of incidents, which `run` and `analyze` store, and the recording of `run`: redacted pictures only."""

    clips_from: Literal["info", "warning", "alarm", "never"] = Field(
        default="warning", description="lowest severity with a clip; every incident has a still"
    )
    fps: float = Field(default=4.0, gt=0, le=15, description="pictures per second of a clip")
    before_s: float = Field(default=10.0, ge=0, le=60, description="time before the incident in the clip, seconds")
    after_s: float = Field(default=10.0, ge=0, le=60, description="time after the incident in the clip, seconds")
    longest_s: float = Field(default=60.0, ge=1, le=600, description="longest clip, seconds")
    recording_fps: float = Field(
        default=4.0, gt=0, le=30, description="most pictures per second of the recording of `run`"
    )
    recording_width_px: int = Field(
        default=640, ge=160, le=960, description="largest width of the recording of `run`, pixels"
    )


class Retention(Strict):
    """How long pictures are kept: at most 720 hours (30 days). Counts and events have no limit."""

    evidence_h: float = Field(
        default=72.0, gt=0, le=LONGEST_KEPT_H, description="maximum age of stills, clips and reports, hours"
    )
    recording_h: float = Field(
        default=72.0, gt=0, le=LONGEST_KEPT_H, description="maximum age of redacted video, hours"
    )
    evidence_mb: int = Field(
        default=1000, ge=1, le=1_000_000, description="maximum size of stills and clips of all cameras, megabytes"
    )
    free_mb: int = Field(
        default=200,
        ge=0,
        le=1_000_000,
        description="the oldest pictures are removed while less than this is free on the disk, megabytes",
    )
    # Chosen: a unit has a disk of 4 GB; what is written within a minute and the log of the system fit into 2 GB.
    total_mb: int = Field(
        default=1800,
        ge=1,
        le=10_000_000,
        description="the oldest videos, then the oldest stills and clips are removed while pictures, database and "
        "lists of all cameras take more, megabytes",
    )


class ConsoleSettings(Strict):
    """The web application that `run` serves to staff."""

    listen: str = Field(
        default="127.0.0.1", min_length=1, max_length=255, description="address of this machine to listen on"
    )
    port: int = Field(default=8600, ge=1024, le=65535, description="port of the console")
    certificate: str | None = Field(
        default=None, min_length=1, description="file with the certificate for HTTPS (PEM); needs key"
    )
    key: str | None = Field(default=None, min_length=1, description="file with the key of the certificate (PEM)")
    root_path: str = Field(
        default="",
        max_length=200,
        pattern=r"^(/[A-Za-z0-9_.~\-]+)*$",
        description="path of the console behind a proxy, for example /passerby",
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=(), max_length=20, description="addresses of proxies that add HTTPS; their headers are believed"
    )
    public: bool = Field(
        default=False,
        description="show passengers on /public, without login, what is measured and what is not, with rounded "
        "figures that are at least 15 minutes old",
    )
    onvif: bool = Field(
        default=False,
        description="serve events and counts to video management systems by ONVIF, below /onvif; needs "
        "passerby[onvif]; `passerby users onvif` shows the login",
    )
    session_idle_h: float = Field(
        default=8.0, ge=0.1, le=24, description="time without use after which a user has to log in again, hours"
    )

    recording_link: str | None = Field(
        default=None,
        max_length=500,
        pattern=r"^https?://[^\s{}]*(\{(camera|utc)\}[^\s{}]*)*$",
        description="address of an incident in the site's video system; {camera} and {utc} (RFC 3339) are "
        "replaced; if absent, alarms have no such link",
    )

    oidc: OidcLogin | None = Field(
        default=None, description="login by the operator's identity provider; needs the extra passerby[oidc]"
    )

    @model_validator(mode="after")
    def _both_files(self) -> ConsoleSettings:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("give certificate and key, or neither")
        return self

    @model_validator(mode="after")
    def _no_plain_passwords(self) -> ConsoleSettings:
        is_loopback = self.listen in ("127.0.0.1", "::1", "localhost")
        if not is_loopback and self.certificate is None and not self.trusted_proxies:
            raise ValueError(
                f"passwords would cross the network unencrypted on {self.listen}: give certificate and key, or "
                "trusted_proxies of a proxy that adds HTTPS, or listen on 127.0.0.1"
            )
        return self

    @property
    def scheme(self) -> str:
        """Return http or https, as served by this process."""
        return "https" if self.certificate else "http"
