"""Serves the console in a thread of its own, with a bounded start and stop."""

from __future__ import annotations

import logging
import socket
import threading
import time
from typing import Any

import uvicorn

from passerby.console.slow_clients import TimedProtocol
from passerby.contracts.closing import Closing
from passerby.contracts.errors import UsageError
from passerby.contracts.settings import ConsoleSettings

log = logging.getLogger(__name__)
START_S, STOP_S = 60.0, 3.0
# Of browsers and programs.
MOST_CONNECTIONS = 300


class WebServer(Closing):
    """Listens until closed. port: 0 selects a free one. most: connections; more of them get the answer 503.

    Raises UsageError if that address cannot be used.
    """

    def __init__(
        self, app: Any, settings: ConsoleSettings, port: int | None = None, *, most: int = MOST_CONNECTIONS
    ) -> None:
        self._settings = settings
        config = _config(app, settings, most)
        self._socket = _listen(settings.listen, settings.port if port is None else port)
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="console", daemon=True)
        self._thread.start()
        until_s = time.monotonic() + START_S
        while not self._server.started and self._thread.is_alive() and time.monotonic() < until_s:
            time.sleep(0.01)
        if not self._server.started:
            self.close()
            raise UsageError("the console did not start; see the log for the reason")

    @property
    def address(self) -> str:
        """The address for a browser on this machine."""
        host = self._settings.listen
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  shown, not listened on
        shown = f"[{shown}]" if ":" in shown else shown
        return f"{self._settings.scheme}://{shown}:{self.port}{self._settings.root_path}/"

    def close(self) -> None:
        """Stop listening and end open connections."""
        self._server.should_exit = True
        self._thread.join(STOP_S)
        if self._thread.is_alive():
            self._server.force_exit = True
            self._thread.join(STOP_S)
        self._socket.close()

    def _serve(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        except SystemExit:  # uvicorn's way to report a failed start
            log.error("the console did not start")


def _config(app: Any, settings: ConsoleSettings, most: int) -> uvicorn.Config:
    made = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        log_level="warning",
        lifespan="off",
        loop="asyncio",
        http=TimedProtocol,
        ws="none",
        server_header=False,
        root_path=settings.root_path,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.key,
        limit_concurrency=most,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=1,
    )
    try:
        made.load()  # the certificate, while the caller can still be given the reason
    except OSError as error:
        raise UsageError(
            f"the console cannot use certificate {settings.certificate} with key {settings.key} ({error}); give "
            "readable PEM files that belong together"
        ) from None
    return made


def check_free(settings: ConsoleSettings) -> None:
    """Raise UsageError if the console could not listen there."""
    _listen(settings.listen, settings.port).close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        kind, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(kind, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind(where)
            made.listen(128)
        except OSError:
            made.close()
            raise
    except OSError as error:
        raise UsageError(
            f"the console cannot listen on {host}:{port} ({error.strerror}); choose another port with "
            "console: {port: …} in the configuration, or run without it with --no-console"
        ) from None
    return made
