"""The user of a command, and the audit entry of what they do."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

from passerby.contracts.errors import StoreError
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.connect import writing


def actor() -> str:
    """Return the user of the operating system; for sudo also the calling user.

    From the process's user id, not from an environment variable; only root also names the user of sudo.
    """
    name = _name(os.getuid())
    behind = os.environ.get("SUDO_USER", "") if os.getuid() == 0 else ""
    return f"{behind} as {name}" if behind and behind != name else name


def enter(database: Path, act: Act, what: str, detail: str = "") -> None:
    """Enter a user's action into the audit log. Results on a read-only medium can be read without an entry."""
    try:
        with writing(database) as connection:
            audit.record(connection, actor(), act, what, detail)
    except StoreError as error:
        sys.stderr.write(f"passerby: not in the audit log: {act} {what}: {error}\n")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container's user without an entry
        return f"uid {uid}"
