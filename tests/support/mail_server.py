"""A mail server on the loopback that keeps what it gets, or refuses it."""

from __future__ import annotations

import socketserver
import threading
from types import TracebackType
from typing import Self


class MailSink:
    """Keeps the text of each e-mail. refuses: answer to every RCPT, "" to take it."""

    def __init__(self, refuses: str = "") -> None:
        self.got: list[str] = []
        self.addressed: list[str] = []
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.reply("220 sink")
                while line := self.rfile.readline().decode().strip():
                    word = line.split(" ")[0].upper()
                    if word == "RCPT":
                        sink.addressed.append(line.split("<")[1].split(">")[0])
                        self.reply(refuses or "250 ok")
                    elif word == "DATA":
                        self.reply("354 go on")
                        sink.got.append("".join(self.letter()))
                        self.reply("250 taken")
                    elif word == "QUIT":
                        self.reply("221 bye")
                        return
                    else:
                        self.reply("250 ok")

            def letter(self) -> list[str]:
                lines: list[str] = []
                while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
                    lines.append(line)
                return lines

            def reply(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
