"""The login of video management systems, in a file of the results folder for its owner alone."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from passerby.contracts.errors import UsageError
from passerby.files.private import private

FILE = "onvif.json"
USER = "vms"
# 24 characters of 64 are 144 bits; the digest of a guess can be tried offline by a program that has seen one.
PASSWORD_BYTES = 18


@dataclass(frozen=True, slots=True)
class OnvifCredential:
    """The login of video management systems."""

    user: str
    password: str = field(repr=False)


def read_credential(folder: Path) -> OnvifCredential | None:
    """Return the login, None if there is none. Raises UsageError if the file is damaged."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{folder / FILE} cannot be read ({error.strerror})") from None
    try:
        found = json.loads(text)
        return OnvifCredential(str(found["user"]), str(found["password"]))
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{folder / FILE} is damaged; make a new one with `users onvif --renew`") from None


def new_credential(folder: Path) -> OnvifCredential:
    """Make a login and store it in place of an earlier one. Raises UsageError if that fails."""
    made = OnvifCredential(USER, secrets.token_urlsafe(PASSWORD_BYTES))
    part = folder / f"{FILE}.part"
    try:
        with open(part, "w", encoding="utf-8", opener=private) as file:
            json.dump(asdict(made), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / FILE)
    except OSError as error:
        raise UsageError(f"{folder / FILE} cannot be written ({error.strerror})") from None
    return made
