"""A camera that a person adds in the console, and what is found in the network for that."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from passerby.contracts.strict import Strict


class CameraLogin(Strict):
    """The login of a camera. It goes into the configuration and never back to a browser."""

    user: str = Field(default="", max_length=200)
    password: str = Field(default="", max_length=200, repr=False)


class NewCamera(CameraLogin):
    """Name and RTSP address. onvif: address of its ONVIF service, "" if it has none."""

    name: str = Field(max_length=200)
    address: str = Field(max_length=1000, repr=False)
    onvif: str = Field(default="", max_length=1000, repr=False)


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A camera that answered in the network. address: of its ONVIF service."""

    address: str
    name: str
    hardware: str


@dataclass(frozen=True, slots=True)
class FoundStream:
    """A stream of a camera. address: without login. fps: None if the camera does not say."""

    name: str
    encoding: str
    picture_wh: tuple[int, int]
    fps: float | None
    address: str
