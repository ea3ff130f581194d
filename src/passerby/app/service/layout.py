"""The files of a service: its unit of systemd, its user, and its folders."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

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
    command = shlex.quote(str(program))
    return f"""\
# Written by `passerby service install`.
[Unit]
Description=passerby, video safety analytics
After=network-online.target time-sync.target
Wants=network-online.target

[Service]
Type=notify
NotifyAccess=main
WatchdogSec={WATCHDOG_S}
User={USER}
Group={USER}
ExecStart={command} run {CONFIG} --out {DATA}
ExecReload={command} reload {CONFIG} --out {DATA}
# Passwords of cameras: lines such as CAM1_PASSWORD=..., for ${{CAM1_PASSWORD}} in unit.yaml.
EnvironmentFile=-{SECRETS}
WorkingDirectory={DATA}
Restart=on-failure
RestartSec=5
# Wrong usage or configuration: another start would end in the same way.
RestartPreventExitStatus=2
TimeoutStartSec=120
TimeoutStopSec=30
# Logs go to the journal, which rotates them (journald.conf: SystemMaxUse).

StateDirectory=passerby
StateDirectoryMode=0700
UMask=0077
MemoryMax={memory_mb}M
LimitCORE=0
LimitNOFILE=8192
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProcSubset=all
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
PrivateTmp=yes
PrivateDevices=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
# The groups @resources and @debug are not removed: passerby limits its own core dumps.
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
CapabilityBoundingSet=
AmbientCapabilities=
# MemoryDenyWriteExecute is not set: OpenVINO generates machine code for this processor.

[Install]
WantedBy=multi-user.target
"""
