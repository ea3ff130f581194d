"""Adds a camera to the text of a configuration, and removes one; comments and other keys stay."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from passerby.config.edit import camera_of, changed, written
from passerby.contracts.errors import UsageError
from passerby.contracts.new_camera import CameraLogin, NewCamera
from passerby.contracts.urls import address_fault, is_live


def with_login(address: str, login: CameraLogin) -> str:
    """Return the address with this login, percent-encoded; unchanged without a user."""
    if not login.user:
        return address
    parts = urlsplit(address)
    given = f"{quote(login.user, safe='')}:{quote(login.password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{given}@{parts.netloc.rpartition('@')[2]}"))


def with_camera(text: str, new: NewCamera) -> str:
    """Return the text with one more camera.

    Raises UsageError if the address is not that of a camera, or the text cannot be edited.
    """
    if fault := _fault(new):
        raise UsageError(fault)
    made = CommentedMap({"name": written(new.name), "source": written(with_login(new.address, new))})
    if new.onvif:
        made["onvif"] = CommentedMap({"address": written(with_login(new.onvif, new))})

    def change(data: CommentedMap) -> None:
        cameras = data.get("cameras")
        if not cameras:
            cameras = data["cameras"] = CommentedSeq()
        cameras.append(made)

    return changed(text, f"camera {new.name}", change)


def without_camera(text: str, name: str) -> str:
    """Return the text without a camera. Raises UsageError if it has none of that name."""

    def change(data: CommentedMap) -> None:
        data["cameras"].remove(camera_of(data, name))

    return changed(text, f"camera {name}", change)


def _fault(new: NewCamera) -> str | None:
    if not is_live(new.address):
        return address_fault(new.address) or "this is not the address of a camera: write rtsp://host:554/path"
    return address_fault(with_login(new.address, new))
