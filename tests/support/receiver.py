"""A real HTTP server that receives events and answers as it is told."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class Receiver:
    """Keeps (headers, body) of each POST; `answer` returns the status for the number of the request.

    is_dripping: send an answer without end, byte by byte, until the sender closes the connection.
    """

    def __init__(
        self, answer: Callable[[int], int] = lambda _: 200, body: bytes = b"", *, is_dripping: bool = False
    ) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.was_cut_off = False
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                read = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), read))
                status = answer(len(receiver.got))
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                if is_dripping:
                    self._drip()
                    return
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _drip(self) -> None:
                self.end_headers()
                try:
                    while True:
                        self.wfile.write(b"x")
                        time.sleep(0.02)
                except OSError:
                    receiver.was_cut_off = True

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Serve HTTPS."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    @property
    def bodies(self) -> list[bytes]:
        return [body for _, body in self.got]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
