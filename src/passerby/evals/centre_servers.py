"""Real servers on loopback for the evaluation of a control room: PostgreSQL and NATS, to be killed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from passerby.contracts.errors import OperationError
from passerby.evals.ports import free_port

NATS = shutil.which("nats-server", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
POSTGRES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)), None)
START_S = 120.0
# PostgreSQL does not run as root.
NOBODY = 65534


class Server:
    """A process that listens on `port` of 127.0.0.1, until it is killed or closed.

    is_ready: returns whether it takes requests; by default: whether it listens.
    """

    def __init__(
        self, command: list[str], port: int, log: Path, is_ready: Callable[[int], bool] | None = None
    ) -> None:
        self._command, self.port, self._log, self._is_ready = command, port, log, is_ready or listens
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process. Only after `start`."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it is ready; after a kill its children may still hold its files for a moment."""
        until_s = time.monotonic() + START_S
        while time.monotonic() < until_s:
            if self._process is None or self._process.poll() is not None:
                self._process = _started(self._command, self._log)
            if self._is_ready(self.port):
                return
            time.sleep(0.1)
        raise OperationError(f"{self._command[0]} does not start; see {self._log}")

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """End it in order."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(2)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


def postgres(folder: Path, *settings: str, log: Path | None = None) -> Server:
    """Return a new PostgreSQL in a folder that does not exist yet. settings: NAME=VALUE."""
    assert POSTGRES is not None
    folder.mkdir(mode=0o700)
    log = log or folder.with_name(f"{folder.name}.log")
    log.touch(0o666)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    command = [str(POSTGRES.with_name("initdb")), "-D", str(folder), "-A", "trust", "-U", "passerby", "--no-sync"]
    more = ["-E", "UTF8", "--locale=C.UTF-8", "--wal-segsize=1"]  # so that it fits on a small disk
    if _started([*command, *more], log).wait() != 0:
        raise OperationError(f"initdb failed; see {log}")
    port = free_port()
    fixed = (f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=32MB")
    options = [word for setting in (*fixed, *settings) for word in ("-c", setting)]
    return Server([str(POSTGRES), "-D", str(folder), *options], port, log, _takes_connections)


def database_url(server: Server, name: str = "postgres") -> str:
    """Return the address of a database of a PostgreSQL of `postgres`."""
    return f"postgresql://passerby@127.0.0.1:{server.port}/{name}"


def nats(folder: Path, *words: str) -> Server:
    """Return a NATS server."""
    assert NATS is not None
    port = free_port()
    return Server([NATS, "-a", "127.0.0.1", "-p", str(port), *words], port, folder / f"nats-{port}.log")


def listens(port: int) -> bool:
    """Return whether a server takes connections there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _takes_connections(port: int) -> bool:
    """Return whether a PostgreSQL has started up: it listens before."""
    assert POSTGRES is not None
    asked = [str(POSTGRES.with_name("pg_isready")), "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(asked, stdout=subprocess.DEVNULL, check=False).returncode == 0


def _started(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    root = os.geteuid() == 0
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd="/",
            user=NOBODY if root else None,
            group=NOBODY if root else None,
            extra_groups=[] if root else None,
        )
