"""A receiver of events that confirms them after its own commit and keeps each once, to be killed.

python -m passerby.evals.outbox_receiver DATABASE PORT
"""

from __future__ import annotations

import json
import sqlite3
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

TABLE = """
CREATE TABLE IF NOT EXISTS arrival (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, seq INTEGER NOT NULL, camera TEXT NOT NULL,
    times INTEGER NOT NULL, UNIQUE (id, seq))
"""
KEEP = """
INSERT INTO arrival (id, seq, camera, times) VALUES (?, ?, ?, 1)
ON CONFLICT (id, seq) DO UPDATE SET times = times + 1
"""


def opened(path: Path) -> sqlite3.Connection:
    """Open the receiver's database; each commit is synced to the disk."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(TABLE)
    return connection


def main(path: Path, port: int) -> None:
    """Serve until killed."""
    connection = opened(path)

    class Handler(BaseHTTPRequestHandler):
        timeout = 5.0  # a sender that was killed in the middle of a message does not hold up the next one

        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["events"]
            rows = [(event["id"], event["seq"], event["camera"]) for event in sent]
            self.send_response(HTTPStatus.OK if kept(connection, rows) else HTTPStatus.SERVICE_UNAVAILABLE)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    HTTPServer.allow_reuse_address = True
    HTTPServer(("127.0.0.1", port), Handler).serve_forever()


def kept(connection: sqlite3.Connection, rows: list[tuple[str, int, str]]) -> bool:
    """Keep events, as id, seq and camera, in one transaction; return False if the disk does not take them."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(KEEP, rows)
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
