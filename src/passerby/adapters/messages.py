"""Departures by message: POST /departures on the loopback interface, {"track": "NAME"}.

A bridge to signalling, MQTT or GTFS-realtime is a separate program that forwards departures.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from passerby.adapters.merge import with_departures
from passerby.contracts.closing import Closing
from passerby.contracts.errors import UsageError
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState

log = logging.getLogger(__name__)
HOST, PATH, MOST_BYTES, PATIENCE_S = "127.0.0.1", "/departures", 1024, 5.0


class DepartureMessages(Closing):
    """Listens on `port` of 127.0.0.1 until closed; 0 selects a free one. Raises UsageError if it is in use."""

    def __init__(self, port: int, tracks: Iterable[str]) -> None:
        self._counted, self._lock = Counter(dict.fromkeys(tracks, 0)), threading.Lock()
        try:
            self._server = _Server((HOST, port), _handler(self))
        except OSError as error:
            raise UsageError(
                f"departures_port {port} cannot be opened ({error.strerror}): choose another"
            ) from None
        self._thread = threading.Thread(target=self._server.serve_forever, name="departures", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port."""
        return self._server.server_port

    def left(self, track: str) -> bool:
        """Count one departure; return whether the track is known."""
        with self._lock:
            if track not in self._counted:
                return False
            self._counted[track] += 1
            return True

    def counted(self, tracks: Iterable[str]) -> dict[str, int]:
        """Return the departures so far."""
        with self._lock:
            return {track: self._counted[track] for track in tracks}

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE_S)


class ReceivedDepartures:
    """The departures of one camera's `tracks`."""

    def __init__(self, messages: DepartureMessages, tracks: Iterable[str]) -> None:
        self._messages, self._tracks = messages, tuple(tracks)

    def merged(self, seen: tuple[TrainState, ...], at: Timestamp) -> tuple[TrainState, ...]:
        """See DepartureSource."""
        return with_departures(seen, self._messages.counted(self._tracks), at)


def _length(text: str) -> int | None:
    """Return the value of a Content-Length header; None for a value that is too large or no number."""
    is_short = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_BYTES))
    return int(text) if is_short and int(text) <= MOST_BYTES else None


def _track(body: bytes) -> str | None:
    """Return the track that a message names; None if the message has another form."""
    if body.count(b"[") + body.count(b"{") > 1:  # nesting alone can exhaust the stack of the parser
        return None
    try:
        message = json.loads(body)
    except ValueError:
        return None
    track = message.get("track") if isinstance(message, dict) else None
    return track if isinstance(track, str) else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *connection: Any) -> None:
        """Report a connection that broke off in one line, without a traceback."""
        if isinstance(error := sys.exception(), OSError):
            log.warning("a message with departures was not received completely: %s", error)
        else:
            super().handle_error(*connection)


def _handler(messages: DepartureMessages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE_S

        def do_POST(self) -> None:
            status, what = self._take()
            body = what.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _take(self) -> tuple[int, str]:
            if self.path != PATH:
                return 404, f"POST to {PATH}"
            # A web page cannot send this type elsewhere without being asked first.
            if self.headers.get_content_type() != "application/json":
                return 415, "send application/json"
            length = _length(self.headers.get("Content-Length", ""))
            if length is None:
                return 413, f"send a Content-Length of at most {MOST_BYTES}"
            track = _track(self.rfile.read(length))
            if track is None or not messages.left(track):
                return 400, 'send {"track": NAME} as JSON, with a track of the configuration'
            return 200, "counted"

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    return Handler
