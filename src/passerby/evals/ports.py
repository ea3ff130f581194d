"""Free ports of the loopback interface, for servers that start a moment later."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator
from contextlib import suppress

# Below the ports that the system gives to a program that asks for any, as each outgoing connection does. Each
# process begins elsewhere.
_FIRST, _LAST = 20_000, 32_000
_BEGIN = _FIRST + os.getpid() * 97 % (_LAST - _FIRST)
_PORTS: Iterator[int] = itertools.cycle((*range(_BEGIN, _LAST), *range(_FIRST, _BEGIN)))


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens. It returns no port twice, before it has returned all."""
    while True:
        port = next(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
