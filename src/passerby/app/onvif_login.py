"""The address and login of an ONVIF camera on the command line."""

from __future__ import annotations

import os
from typing import Annotated
from urllib.parse import quote, urlsplit, urlunsplit

import typer

from passerby.adapters.onvif_camera import OnvifCamera, OnvifLogin, OnvifProfile
from passerby.contracts.errors import UsageError

PASSWORD = "PASSERBY_ONVIF_PASSWORD"  # noqa: S105  the name of a variable
Address = Annotated[str, typer.Argument(metavar="HOST[:PORT]", help="Address of the camera.")]
User = Annotated[
    str, typer.Option(help=f"User of the camera; the password is taken from {PASSWORD}, or asked for.")
]


def connect(address: str, user: str) -> OnvifCamera:
    """Connect to a camera. Raises UsageError for an address that is none, InputError if the camera refuses."""
    host, _, port = address.rpartition(":") if address.count(":") == 1 else (address, "", "80")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"{address}: write the address as HOST or HOST:PORT, for example 10.0.0.7:80")
    return OnvifCamera(OnvifLogin(host, int(port), user, password_of(user)))


def password_of(user: str) -> str:
    """Return the password from the environment or the terminal; "" without a user."""
    if not user:
        return ""
    given = os.environ.get(PASSWORD)
    return given if given is not None else str(typer.prompt(f"password of {user}", hide_input=True, err=True))


def with_login(profile: OnvifProfile, user: str, password: str) -> str:
    """Return the stream's address with the login; `password` is percent-encoded already."""
    if not user:
        return profile.uri
    parts = urlsplit(profile.uri)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{password}@{host}"))


def stream_of(profile: OnvifProfile, user: str) -> str:
    """Return the address under which the stream can be opened now."""
    return with_login(profile, user, quote(password_of(user), safe=""))
