"""`passerby init`: a first unit.yaml with the cameras that answer in the network."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import typer
from ruamel.yaml import YAML

from passerby.adapters.onvif_camera import OnvifCamera, OnvifProfile
from passerby.adapters.onvif_discovery import discover
from passerby.adapters.onvif_focus import OnvifFocus
from passerby.app.onvif_login import PASSWORD, User, connect, with_login
from passerby.contracts.errors import InputError, StoreError, UsageError
from passerby.files.private import private

_ABOUT = """\
# Written by `passerby init`. Before `passerby run`: export {password}, then draw zones and lines (in the
# console, or on the picture of `passerby frame`), add rules, and check the file with `passerby check`.
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """One camera for the configuration. name: as it calls itself."""

    address: str
    name: str
    profiles: tuple[OnvifProfile, ...]
    has_motor: bool


def init(
    config: Annotated[Path, typer.Argument(metavar="UNIT.YAML", help="New file for the configuration.")] = Path(
        "unit.yaml"
    ),
    *,
    find: Annotated[
        bool, typer.Option("--discover", help="Take every ONVIF camera that answers in the local network.")
    ] = False,
    address: Annotated[
        list[str] | None, typer.Option(metavar="HOST[:PORT]", help="Take this ONVIF camera; may be repeated.")
    ] = None,
    user: User = "",
    station: Annotated[str, typer.Option(help="Name of the station in reports.")] = "Station",
    seconds: Annotated[float, typer.Option(min=0.2, max=60, help="How long to wait for answers.")] = 3.0,
) -> None:
    """Write a first unit.yaml with the main and the smaller stream of every camera found.

    The file contains no password: it takes it from the environment. Exit code 3 if no camera could be read.
    """
    if not (find or address):
        raise UsageError("name the cameras with --address HOST, or find them with --discover")
    if config.exists():
        raise UsageError(f"{config} exists already; give another name or remove it")
    wanted = [(one, "") for one in address or ()]
    if find:
        wanted += [(_host_and_port(one.url), one.name) for one in discover(seconds)]
    found = [camera for host, name in wanted if (camera := _read(host, name, user)) is not None]
    if not found:
        raise InputError("no ONVIF camera could be read; check network, user and password")
    _write(config, _text(found, station, user))
    sys.stdout.write(f"{config}: {len(found)} camera(s). Next: passerby frame --config {config} --camera NAME\n")


def _host_and_port(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 80}"


def _read(address: str, name: str, user: str) -> _Found | None:
    """Return a camera; None, with a sentence, if it cannot be read: the others are still worth a file."""
    try:
        with connect(address, user) as camera:
            profiles = camera.profiles()
            if not profiles:
                raise InputError(f"camera {address} has no stream")
            return _Found(address, name or camera.device().model, profiles, _has_motor(camera, profiles[0]))
    except InputError as error:
        sys.stderr.write(f"passerby: left out: {error}\n")
        return None


def _has_motor(camera: OnvifCamera, profile: OnvifProfile) -> bool:
    try:
        OnvifFocus(camera, profile.source)
    except InputError:
        return False
    return True


def _text(found: list[_Found], station: str, user: str) -> str:
    names = _names([one.name for one in found])
    data = {"station": station, "cameras": [_camera(one, names[k], user) for k, one in enumerate(found)]}
    out = io.StringIO()
    yaml = YAML()
    yaml.width = 200
    yaml.dump(data, out)
    return (_ABOUT.format(password=PASSWORD) if user else "") + out.getvalue()


def _camera(found: _Found, name: str, user: str) -> dict[str, Any]:
    main = found.profiles[0]
    smaller = [one for one in found.profiles if one.source == main.source and one.picture_wh != main.picture_wh]
    camera: dict[str, Any] = {"name": name, "source": with_login(main, user, f"${{{PASSWORD}}}")}
    if smaller:
        camera["substream"] = with_login(smaller[-1], user, f"${{{PASSWORD}}}")
    login = f"{quote(user, safe='')}:${{{PASSWORD}}}@" if user else ""
    camera["picture_px"] = list(main.picture_wh)
    camera["onvif"] = {"address": f"http://{login}{found.address}", "focus": found.has_motor}
    return camera


def _names(given: list[str]) -> list[str]:
    """Return valid, unique names of cameras."""
    made: list[str] = []
    for k, text in enumerate(given, 1):
        name = re.sub(r"[^\w.\-]+", "-", text).strip("-.")[:50] or f"camera-{k}"
        made.append(name if name not in made else f"{name}-{k}")
    return made


def _write(config: Path, text: str) -> None:
    try:
        with open(config, "x", opener=private, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise StoreError(f"{config} cannot be written ({error.strerror}); give another name") from error
