"""The files of a service: its unit of systemd, its user, and its folders."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

USER = "passerby"
CONFIG, DATA = "/etc/passerby/unit.yaml", "/var/lib/passerby"
SECRETS = "/etc/passerby/secrets.env"
SERVICE_FILE = "etc/systemd/system/passerby.service"
USERS_FILE, FOLDERS_FILE = "etc/sysusers.d/passerby.conf", "etc/tmpfiles.d/passerby.conf"
WATCHDOG_S = 60


@dataclass(frozen=True, slots=True)
class ServiceFile:
    """One file: its path below the root, and its text."""

    path: str
    text: str


def service_files(program: Path, memory_mb: int) -> tuple[ServiceFile, ...]:
    """Return the files of the service; program: the path of the command passerby."""
    return (
        ServiceFile(SERVICE_FILE, _service(program, memory_mb)),
        ServiceFile(USERS_FILE, f'u {USER} - "passerby, video safety analytics" {DATA}\n'),
        ServiceFile(
            FOLDERS_FILE,
            f"d /etc/passerby 0750 root {USER} -\nd {DATA} 0700 {USER} {USER} -\n",
        ),
    )


def _service(program: Path, memory_mb: int) -> str:
    template = Template(files("passerby.app.service").joinpath("passerby.service").read_text("utf-8"))
    return template.substitute(
        command=shlex.quote(str(program)),
        memory_mb=memory_mb,
        watchdog_s=WATCHDOG_S,
        user=USER,
        config=CONFIG,
        data=DATA,
        secrets=SECRETS,
    )
