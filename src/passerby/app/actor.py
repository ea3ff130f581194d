"""Who gives a command, and entering into the audit log that they looked."""

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
    """Return the user of the operating system; behind sudo the one who called it, too.

    From the process's user id, not from a variable that anybody may set; root alone is asked who it stands in for.
    """
    name = _name(os.getuid())
    behind = os.environ.get("SUDO_USER", "") if os.getuid() == 0 else ""
    return f"{behind} as {name}" if behind and behind != name else name


def note_look(database: Path, act: Act, what: str, detail: str = "") -> None:
    """Enter a look into the audit log; results on a medium that cannot be written may be read all the same."""
    try:
        with writing(database) as connection:
            audit.record(connection, actor(), act, what, detail)
    except StoreError as error:
        sys.stderr.write(f"passerby: this look is not in the audit log: {error}\n")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container's user without an entry
        return f"uid {uid}"
