"""One ONVIF camera: device information, clock, streams, and the services that other modules use.

The library is asynchronous; every call here waits for its answer. A camera whose clock is wrong is asked for its
time first (that needs no login), so that its login is accepted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from passerby.contracts.closing import Closing
from passerby.contracts.errors import InputError, UsageError

T = TypeVar("T")
# A camera that needs longer for an answer is reported, seconds.
ANSWER_S = 10.0


@dataclass(frozen=True, slots=True)
class OnvifLogin:
    """Where a camera listens, and its login."""

    host: str
    port: int = 80
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, address: str) -> OnvifLogin:
        """Return the login of a configured address, http(s)://USER:PASSWORD@HOST[:PORT]."""
        parts = urlsplit(address)
        is_safe = parts.scheme == "https"
        return cls(
            f"https://{parts.hostname}" if is_safe else parts.hostname or "",
            parts.port or (443 if is_safe else 80),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


@dataclass(frozen=True, slots=True)
class OnvifDevice:
    """The device information of a camera. clock_offset_s: its clock minus the clock of this machine."""

    manufacturer: str
    model: str
    firmware: str
    serial: str
    clock_offset_s: float


@dataclass(frozen=True, slots=True)
class OnvifProfile:
    """One stream of a camera. uri: RTSP address without login. source, token: of video source and profile."""

    name: str
    encoding: str
    picture_wh: tuple[int, int]
    fps: float | None
    uri: str
    source: str
    token: str = ""


class OnvifCamera(Closing):
    """A connection to one camera. where: its address, for messages.

    Raises InputError if the camera does not answer, refuses the login or gives an answer that is not ONVIF,
    UsageError if the extra `onvif` is not installed.
    """

    def __init__(self, login: OnvifLogin) -> None:
        try:
            from onvif import ONVIFCamera
        except ImportError:
            raise UsageError("ONVIF needs a further package: pip install 'passerby[onvif]'") from None
        self.where = f"camera {login.host}:{login.port}"
        self._runner = asyncio.Runner()

        async def opened() -> Any:  # it needs the loop in which it will run
            return ONVIFCamera(login.host, login.port, login.user, login.password, no_cache=True, adjust_time=True)

        self._camera = self.ask(opened())
        try:
            self.ask(self._camera.update_xaddrs())
        except InputError:
            self.close()
            raise

    def device(self) -> OnvifDevice:
        """Return the device information."""
        service = self.ask(self._camera.create_devicemgmt_service())
        info = self.ask(service.GetDeviceInformation())
        return OnvifDevice(
            str(info.Manufacturer),
            str(info.Model),
            str(info.FirmwareVersion),
            str(info.SerialNumber),
            self._clock_offset_s(service),
        )

    def profiles(self) -> tuple[OnvifProfile, ...]:
        """Return the streams, the largest picture first."""
        media = self.ask(self._camera.create_media_service())
        found = [self._profile(media, one) for one in self.ask(media.GetProfiles())]
        known = [one for one in found if one is not None]
        return tuple(sorted(known, key=lambda one: -one.picture_wh[0] * one.picture_wh[1]))

    def service(self, name: str) -> Any:
        """Return a service of the library, for example "imaging". Raises InputError if the camera has none."""
        return self.ask(getattr(self._camera, f"create_{name}_service")())

    def service_at(self, name: str, namespace: str, address: str) -> Any:
        """Return a service whose address the camera has just given."""
        self._camera.xaddrs[namespace] = address
        return self.service(name)

    def close(self) -> None:
        """Close the connection; may be called twice."""
        if self._runner.get_loop().is_closed():
            return
        try:
            self._runner.run(self._camera.close())
        finally:
            self._runner.close()

    def _clock_offset_s(self, service: Any) -> float:
        now = self.ask(service.GetSystemDateAndTime()).UTCDateTime
        day, time = now.Date, now.Time
        there = datetime(day.Year, day.Month, day.Day, time.Hour, time.Minute, min(time.Second, 59), tzinfo=UTC)
        return round((there - datetime.now(UTC)).total_seconds(), 1)

    def _profile(self, media: Any, profile: Any) -> OnvifProfile | None:
        video, source = profile.VideoEncoderConfiguration, profile.VideoSourceConfiguration
        if video is None or source is None:
            return None
        wanted = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        uri = self.ask(media.GetStreamUri({"StreamSetup": wanted, "ProfileToken": profile.token})).Uri
        rate = video.RateControl.FrameRateLimit if video.RateControl else None
        size = (int(video.Resolution.Width), int(video.Resolution.Height))
        fps = None if rate is None else float(rate)
        return OnvifProfile(
            str(profile.Name),
            str(video.Encoding),
            size,
            fps,
            str(uri),
            str(source.SourceToken),
            str(profile.token),
        )

    def ask(self, question: Coroutine[Any, Any, T]) -> T:
        """Return the answer. Raises InputError if there is none within ANSWER_S, or a fault of the camera."""
        try:
            return self._runner.run(asyncio.wait_for(question, ANSWER_S))
        except TimeoutError:
            raise InputError(
                f"{self.where} has not answered within {ANSWER_S:g} s; check address and network"
            ) from None
        except Exception as error:  # the library raises errors of four packages
            raise InputError(f"{self.where}: {_sentence(error)}") from error


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    refused = any(word in text.lower() for word in ("notauthorized", "not authorized", "unauthorized", "401"))
    return "the login was refused; check user and password" if refused else f"{text[:200]}; check address and port"
