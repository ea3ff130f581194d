"""A program that runs `passerby ARGUMENTS` and tells what it wrote to: `python audited.py TOLD.json ARGUMENTS...`.

TOLD.json gets {"written": [paths opened for writing], "sockets": [events]}, as the interpreter's audit hook saw.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
written: set[str] = set()
sockets: list[str] = []


def hook(event: str, arguments: tuple[object, ...]) -> None:
    """Note files opened for writing, databases and sockets."""
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & WRITES and isinstance(path, str | bytes):
            written.add(os.fsdecode(path))
    elif event == "sqlite3.connect":
        written.add(str(arguments[0]).removeprefix("file://").partition("?")[0])
    elif event.startswith("socket.") and event not in {"socket.gethostname"}:
        sockets.append(event)


def main() -> None:
    """Run and tell, come what may."""
    sys.addaudithook(hook)
    reported, sys.argv = Path(sys.argv[1]), ["passerby", *sys.argv[2:]]
    from passerby.app import cli

    try:
        cli.main()
    finally:
        reported.write_text(json.dumps({"written": sorted(written), "sockets": sockets}))


if __name__ == "__main__":
    main()
