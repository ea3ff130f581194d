"""Who gives a command: for the audit log."""

from __future__ import annotations

import os
import pwd


def actor() -> str:
    """Return the user of the operating system; behind sudo the one who called it, too.

    From the process's user id, not from a variable that anybody may set; root alone is asked who it stands in for.
    """
    name = _name(os.getuid())
    behind = os.environ.get("SUDO_USER", "") if os.getuid() == 0 else ""
    return f"{behind} as {name}" if behind and behind != name else name


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container's user without an entry
        return f"uid {uid}"
