"""Reports readiness and life to systemd, by the protocol of sd_notify(3)."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping

log = logging.getLogger(__name__)


class ServiceNotifier:
    """Sends messages to the manager of the service; without one, nothing is sent.

    The environment gives the address (NOTIFY_SOCKET) and, if a watchdog is set, its time (WATCHDOG_USEC).
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # "@" stands for the abstract name space; a path is absolute.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        period_us = environment.get("WATCHDOG_USEC", "")
        mine = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._every_s = int(period_us) / 2e6 if period_us.isdecimal() and mine else None
        self._sent_s = float("-inf")

    def ready(self) -> None:
        """Report that the unit analyses its cameras."""
        self._send("READY=1\nSTATUS=analysing")

    def stopping(self) -> None:
        """Report that the unit finishes its files."""
        self._send("STOPPING=1\nSTATUS=finishing the files")

    def alive(self) -> None:
        """Report life at half of the watchdog's time; may be called as often as you like."""
        now_s = time.monotonic()
        if self._every_s is not None and now_s - self._sent_s >= self._every_s:
            self._sent_s = now_s
            self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.sendto(message.encode(), self._address)
        except OSError as error:  # the work goes on; systemd notices the silence itself
            log.warning("systemd cannot be notified (%s)", error.strerror)
