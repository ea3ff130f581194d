"""Hosts with addresses of their own on one network: namespaces of Linux behind a bridge of this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

IP = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin")
NETWORK = "10.199.7"
THIS_HOST = f"{NETWORK}.1"


@dataclass(frozen=True)
class Host:
    """A host. Its programs are started with `run` and end with the test."""

    name: str
    address: str
    cable: str

    def run(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start a program there."""
        assert IP is not None
        with log.open("ab") as out:
            return subprocess.Popen(
                [IP, "netns", "exec", self.name, *command],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ, **environment},
            )  # fmt: skip

    def pids(self) -> list[int]:
        """Every process there."""
        return [int(one) for one in _ip("netns", "pids", self.name).split()]

    def pull_the_cable(self) -> None:
        """From now on no packet passes; nothing there ends, and nothing is reset."""
        _ip("link", "set", self.cable, "down")

    def plug_the_cable(self) -> None:
        """Packets pass again."""
        _ip("link", "set", self.cable, "up")

    def power_off(self) -> None:
        """End every program there at once."""
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def hosts(number: int) -> Iterator[list[Host]]:
    """So many hosts, and this one as THIS_HOST. Skips the test where this user may make no network."""
    bridge = f"pby{os.getpid()}"
    if IP is None:
        pytest.skip("Debian's iproute2 is not installed")
    made = subprocess.run([IP, "link", "add", "name", bridge, "type", "bridge"], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"only root can make a network: {made.stderr.decode().strip()}")
    with ExitStack() as stack:
        stack.callback(_ip, "link", "del", bridge)
        _ip("addr", "add", f"{THIS_HOST}/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        yield [stack.enter_context(_host(bridge, n)) for n in range(2, 2 + number)]


@contextmanager
def _host(bridge: str, number: int) -> Iterator[Host]:
    host = Host(f"{bridge}-{number}", f"{NETWORK}.{number}", f"{bridge}.{number}")
    _ip("netns", "add", host.name)
    try:
        _ip("link", "add", host.cable, "type", "veth", "peer", "name", "eth0", "netns", host.name)
        _ip("link", "set", host.cable, "master", bridge, "up")
        _ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip("-n", host.name, "link", "set", device, "up")
        yield host
    finally:
        host.power_off()
        _ip("netns", "del", host.name)


def _ip(*words: str) -> str:
    assert IP is not None
    return subprocess.run([IP, *words], capture_output=True, check=True, text=True).stdout
